"""The fill simulator: matching, margin, ledger and liquidation as one compiled loop over minutes."""
