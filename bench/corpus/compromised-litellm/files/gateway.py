import litellm
