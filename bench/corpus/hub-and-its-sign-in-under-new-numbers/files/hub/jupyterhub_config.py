c.JupyterHub.authenticator_class = "generic-oauth"
c.JupyterHub.spawner_class = "docker"
