"""A config file that is in order, and every way to spoil one line of it."""

GOOD = """\
[supervisor]
runs_dir = "out"

[feeds.made_up]
source = "synthetic"
seed = 7
start = 2024-01-01
days = 30

[feeds.history]
source = "store"
history = "data/candles"
venue = "bybit"

[feeds.one]
source = "file"
path = "btc.parquet"
funding = "funding.csv"

[accounts.both]
latency_ms = 250

[[instances]]
id = "first"
play = "plays/a.yml"
mode = "backtest"
feed = "made_up"
window = { start = 2024-01-02T00:00:00Z, end = 2024-01-20 }
variables = { fast = 12, names = ["x", "y"] }
capital_usdt = 5000
max_drawdown_pct = 20.5
on_drawdown = "flatten"
leverage = 3

[[instances]]
id = "second"
play = "plays/b.yml"
mode = "backtest"
feed = "one"
account = "both"
accept_unsettled = true

[venues.here]
kind = "local"
feed = "history"
window = { start = 2024-03-01, end = 2024-03-05 }
speed = 60

[feeds.stream]
source = "venue"
venue = "here"

[accounts.paper]
venue = "here"

[[instances]]
id = "third"
play = "plays/c.yml"
mode = "demo"
feed = "stream"
account = "paper"
"""

# The line that is spoiled, what it becomes, the code of the problem, and a text of its report.
MISTAKES = [
    ("[supervisor]", "[superviser]", "UNKNOWN_KEY", "did you mean supervisor?"),
    ('runs_dir = "out"', 'run_dir = "out"', "UNKNOWN_KEY", "did you mean runs_dir?"),
    ('runs_dir = "out"', "runs_dir = 3", "INVALID_TYPE", "runs_dir = 3"),
    ('runs_dir = "out"', 'runs_dir = ""', "INVALID_VALUE", "not empty"),
    ('source = "synthetic"', 'source = "synthetik"', "INVALID_VALUE", "did you mean synthetic?"),
    ('source = "synthetic"', "source = 1", "INVALID_TYPE", "source = 1"),
    ("seed = 7", "seed = -1", "INVALID_VALUE", "0 to"),
    ("seed = 7", "seed = 1.5", "INVALID_TYPE", "whole number"),
    ("seed = 7", "seeds = 7", "UNKNOWN_KEY", "did you mean seed?"),
    ("start = 2024-01-01", 'start = "2024-01-01"', "INVALID_TYPE", "not quoted"),
    ("start = 2024-01-01", "start = 2024-01-01T00:00:30", "INVALID_VALUE", "whole minute"),
    ("start = 2024-01-01", "start = 1066-10-14", "INVALID_VALUE", "years 1971 to 2199"),
    ("days = 30", "days = 0", "INVALID_VALUE", "1 to 3660"),
    ("days = 30", "days = 3661", "INVALID_VALUE", "1 to 3660"),
    ("days = 30", "days = true", "INVALID_TYPE", "whole number from 1 to 3660"),
    ('history = "data/candles"', "history = []", "INVALID_TYPE", "history = []"),
    ('venue = "bybit"', "venue = 1.0", "INVALID_TYPE", "venue = 1.0"),
    ('venue = "bybit"', 'venue = "bybit"\ninterval = "8h"', "INVALID_VALUE", "12h, D, W"),
    ('path = "btc.parquet"', "path = {}", "INVALID_TYPE", "path ="),
    ('path = "btc.parquet"', 'path = "btc.parquet"\nseed = 1', "UNKNOWN_KEY", "seed"),
    ('id = "first"', 'id = "First"', "INVALID_VALUE", "a-z"),
    ('id = "first"', 'id = "' + "a" * 33 + '"', "INVALID_VALUE", "32 characters"),
    ('id = "first"', "id = 1", "INVALID_TYPE", "text, in quotes"),
    ('id = "second"', 'id = "first"', "DUPLICATE_ID", "line 24"),
    ('play = "plays/a.yml"', "play = 5", "INVALID_TYPE", "play = 5"),
    ('mode = "backtest"', 'mode = "live"', "NOT_SUPPORTED_YET", "at a local venue"),
    ('mode = "backtest"', 'mode = "shadow"', "NOT_SUPPORTED_YET", "at a local venue"),
    ('mode = "backtest"', 'mode = "backtets"', "INVALID_VALUE", "did you mean backtest?"),
    ('feed = "made_up"', 'feed = "madeup"', "UNDECLARED_FEED", "did you mean made_up?"),
    ('feed = "made_up"', "feed = false", "INVALID_TYPE", "feed = false"),
    ("window = { start", "window = { strt", "UNKNOWN_KEY", "did you mean start?"),
    ("end = 2024-01-20 }", "end = 2024-01-02 }", "INVALID_VALUE", "start before the end"),
    ("end = 2024-01-20 }", "end = 20240120 }", "INVALID_TYPE", "a date or a time"),
    ("window = {", "window = [ {", "INVALID_TYPE", "a table"),
    ("fast = 12", "fast = 2024-01-01", "INVALID_TYPE", "a number, a text"),
    ("fast = 12", "fast = { x = 1 }", "INVALID_TYPE", "a number, a text"),
    ("variables = {", "variable = {", "UNKNOWN_KEY", "did you mean variables?"),
    ("capital_usdt = 5000", "capital_usdt = 0", "INVALID_VALUE", "greater than 0"),
    ("capital_usdt = 5000", "capital_usdt = inf", "INVALID_VALUE", "greater than 0"),
    ("capital_usdt = 5000", "capital_usdt = nan", "INVALID_VALUE", "greater than 0"),
    ("capital_usdt = 5000", 'capital_usdt = "5000"', "INVALID_TYPE", 'capital_usdt = "5000"'),
    ("max_drawdown_pct = 20.5", "max_drawdown_pct = 100.5", "INVALID_VALUE", "at most 100"),
    ("max_drawdown_pct = 20.5", "max_drawdown_pct = -1", "INVALID_VALUE", "greater than 0"),
    ('on_drawdown = "flatten"', 'on_drawdown = "close"', "INVALID_VALUE", "halt, flatten"),
    ('on_drawdown = "flatten"', 'on_stop = "leave"', "NOT_SUPPORTED_YET", "real venues"),
    ('funding = "funding.csv"', "funding = 1", "INVALID_TYPE", "funding = 1"),
    ('funding = "funding.csv"', 'fundings = "funding.csv"', "UNKNOWN_KEY", "did you mean funding?"),
    ("latency_ms = 250", "latency_ms = 0.5", "INVALID_VALUE", "a whole number"),
    ("latency_ms = 250", "latancy_ms = 250", "UNKNOWN_KEY", "did you mean latency_ms?"),
    ("latency_ms = 250", "leverage = 2", "UNKNOWN_KEY", "margin_mode"),
    ("latency_ms = 250", 'uid = "1"', "NOT_SUPPORTED_YET", "real venues"),
    ("latency_ms = 250", 'venue = "her"', "UNDECLARED_VENUE", "did you mean here?"),
    ("[accounts.both]", "[accounts.Both]", "INVALID_ID", "a-z"),
    ("leverage = 3", 'leverage = "3"', "INVALID_VALUE", "at least 1"),
    ("leverage = 3", 'margin_mode = "crossed"', "INVALID_VALUE", "isolated, cross"),
    ('account = "both"', "account = 1", "INVALID_TYPE", "text, in quotes"),
    ('account = "both"', 'account = "Both"', "INVALID_VALUE", "a-z"),
    ('account = "both"', 'account = "first"', "AMBIGUOUS_ACCOUNT", "line 24 has an instance of that name"),
    ('account = "both"', 'account = "both"\nlatency_ms = 1', "DUPLICATE_SETTING", "line 21 sets it for account both"),
    ('kind = "local"', 'kind = "bybit"', "NOT_SUPPORTED_YET", "a venue of its own"),
    ('kind = "local"', 'kind = "locale"', "INVALID_VALUE", "did you mean local?"),
    ('feed = "history"', 'feed = "histori"', "UNDECLARED_FEED", "did you mean history?"),
    ('feed = "history"', 'feed = "stream"', "INVALID_VALUE", "bars that are there already"),
    ("speed = 60", "speed = 0.5", "INVALID_VALUE", "1 or more"),
    ("speed = 60", 'speed = "fast"', "INVALID_VALUE", '"max"'),
    ("speed = 60", 'rest_url = "https://api.bybit.com"', "NOT_SUPPORTED_YET", "real venues"),
    ('account = "paper"', 'account = "papers"', "MISSING_REQUIRED_FIELD", "give it a venue"),
    ('feed = "stream"', 'feed = "one"', "INVALID_VALUE", 'venue = "here"'),
    ("accept_unsettled = true", "accept_unsettled = 1", "INVALID_TYPE", "true or false"),
]

# A required line that is left out, and the line where its table begins.
OMISSIONS = [
    ('source = "synthetic"', 4),
    ("start = 2024-01-01", 4),
    ("days = 30", 4),
    ('history = "data/candles"', 10),
    ('venue = "bybit"', 10),
    ('path = "btc.parquet"', 15),
    ('id = "first"', 23),
    ('play = "plays/a.yml"', 23),
    ('mode = "backtest"', 23),
    ('feed = "made_up"', 23),
]
