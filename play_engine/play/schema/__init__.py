"""The JSON Schema (draft 2020-12) of a Play file, made from the model and the declarations of its types."""

from play_engine.play.schema.root import play_schema

__all__ = ["play_schema"]
