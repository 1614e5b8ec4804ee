c.ServerApp.ip = "0.0.0.0"
