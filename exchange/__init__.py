"""Where intents become orders and fills."""
