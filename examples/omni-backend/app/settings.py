"""What the environment decides."""

from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="OMNI_")

    max_upload_bytes: int = 8 * 1024 * 1024
    max_texts: int = 32
    neo4j_uri: str | None = None
    neo4j_user: str = "neo4j"
    neo4j_password: str = ""
    webhook_url: str | None = None


@lru_cache
def settings() -> Settings:
    return Settings()
