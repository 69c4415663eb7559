"""The Play: what a strategy file means, and the loader that reads it."""

from play_engine.play.finding import find_play, list_plays
from play_engine.play.loader import load_play, parse_play

__all__ = ["find_play", "list_plays", "load_play", "parse_play"]
