"""Positions and the account over HTTP."""

from typing import Any

import pytest

from tests.exchange.venue.served_scene import DEMO_KEY, DEMO_SECRET, Client, served_venue

ONE = "category=linear&symbol=BTCUSDT"
MARKET = {"side": "Buy", "orderType": "Market", "qty": "0.01"}


async def row(client: Client, path: str, query: str = ONE) -> dict[str, Any]:
    (only,) = (await client.asked(path, query))["list"]
    return only


async def code(client: Client, path: str, query: str) -> int:
    return (await client.get(path, query)).json()["retCode"]


async def test_a_position_is_listed_by_its_symbol_and_among_all_only_when_open() -> None:
    async with served_venue() as client:
        flat = await row(client, "/v5/position/list")
        assert (flat["side"], flat["size"], flat["leverage"], flat["positionIdx"]) == ("", "0", "10", 0)
        everything = "category=linear&settleCoin=USDT"
        assert (await client.asked("/v5/position/list", everything))["list"] == []
        await client.done("/v5/order/create", **MARKET)
        held = await row(client, "/v5/position/list", everything)
        assert (held["side"], held["size"], held["positionStatus"]) == ("Buy", "0.01", "Normal")
        assert float(held["liqPrice"]) < float(held["avgPrice"]) < float(held["breakEvenPrice"])
        assert await code(client, "/v5/position/list", "category=linear") == 10001


@pytest.mark.parametrize("category", ["spot", "inverse", "option"])
async def test_of_other_categories_there_is_nothing_to_list(category: str) -> None:
    async with served_venue() as client:
        for path in ("position/list", "position/closed-pnl", "order/realtime", "order/history", "execution/list"):
            listed = await client.asked(f"/v5/{path}", f"category={category}&settleCoin=USDT")
            assert (listed["category"], listed["list"], listed["nextPageCursor"]) == (category, [], "")


async def test_leverage_and_modes() -> None:
    async with served_venue() as client:
        path = "/v5/position/set-leverage"
        assert await client.done(path, buyLeverage="5", sellLeverage="5") == {}
        assert await client.refused(path, buyLeverage="5", sellLeverage="5") == 110043
        assert await client.refused(path, buyLeverage="5", sellLeverage="6") == 10001
        assert await client.refused(path, buyLeverage="500", sellLeverage="500") in (10001, 110013)
        assert await client.refused(path, buyLeverage="5") == 10001
        assert await client.refused("/v5/position/switch-mode", mode=0) == 110025
        assert await client.refused("/v5/position/switch-mode", mode=3) == 110029
        assert await client.refused("/v5/position/switch-mode") == 10001
        assert await client.refused("/v5/account/set-margin-mode", setMarginMode="ISOLATED_MARGIN") == 110026
        assert await client.done("/v5/account/set-margin-mode", setMarginMode="REGULAR_MARGIN") == {"reasons": []}
        assert (await client.asked("/v5/account/info"))["marginMode"] == "REGULAR_MARGIN"


async def test_levels_of_a_position_are_set_once() -> None:
    async with served_venue() as client:
        path = "/v5/position/trading-stop"
        await client.done("/v5/order/create", **MARKET)
        entry = float((await row(client, "/v5/position/list"))["avgPrice"])
        stop = f"{entry - 500:.1f}"
        assert await client.done(path, stopLoss=stop, tpslMode="Full", positionIdx=0) == {}
        assert await client.refused(path, stopLoss=stop) == 34040
        assert await client.refused(path, stopLoss=f"{entry + 500:.1f}") == 10001
        assert float((await row(client, "/v5/position/list"))["stopLoss"]) == float(stop)
        await client.done(path, stopLoss="0")
        assert (await row(client, "/v5/position/list"))["stopLoss"] == "0"


async def test_margin_is_added_and_taken_out() -> None:
    async with served_venue() as client:
        path = "/v5/position/add-margin"
        assert await client.refused(path, margin="10") == 110033
        await client.done("/v5/order/create", **MARKET)
        before = float((await row(client, "/v5/position/list"))["positionIM"])
        added = await client.done(path, margin="10")
        assert float(added["positionIM"]) == round(before + 10, 8)
        await client.done(path, margin="-10")
        assert await client.refused(path, margin="0.00001") == 10001
        assert await client.refused(path) == 10001
        assert await client.done("/v5/position/set-auto-add-margin", autoAddMargin=0) == {}
        assert await client.refused("/v5/position/set-auto-add-margin", autoAddMargin=1) == 10001


async def test_a_closed_position_has_its_result_and_its_movements() -> None:
    async with served_venue() as client:
        await client.done("/v5/order/create", **MARKET)
        await client.done("/v5/order/create", **{**MARKET, "side": "Sell"}, reduceOnly=True)
        closed = await row(client, "/v5/position/closed-pnl")
        assert (closed["side"], closed["closedSize"], closed["execType"]) == ("Sell", "0.01", "Trade")
        result = float(closed["cumExitValue"]) - float(closed["cumEntryValue"])
        fees = float(closed["openFee"]) + float(closed["closeFee"])
        assert float(closed["closedPnl"]) == round(result - fees, 8)
        log = (await client.asked("/v5/account/transaction-log", "accountType=UNIFIED"))["list"]
        trades = [entry for entry in log if entry["type"] == "TRADE"]
        assert len(trades) == 2
        for entry in trades:
            change = float(entry["cashFlow"]) - float(entry["fee"])
            assert float(entry["change"]) == round(change, 8)
        wallet = await row(client, "/v5/account/wallet-balance", "accountType=UNIFIED")
        assert wallet["coin"][0]["walletBalance"] == trades[0]["cashBalance"]


async def test_the_wallet_the_fees_and_the_key() -> None:
    async with served_venue() as client:
        wallet = await row(client, "/v5/account/wallet-balance", "accountType=UNIFIED&coin=USDT")
        assert (wallet["totalEquity"], wallet["coin"][0]["walletBalance"]) == ("10000", "10000")
        assert (await row(client, "/v5/account/wallet-balance", "accountType=UNIFIED&coin=BTC"))["coin"] == []
        assert await code(client, "/v5/account/wallet-balance", "accountType=CONTRACT") == 10001
        fees = await row(client, "/v5/account/fee-rate")
        assert (fees["takerFeeRate"], fees["makerFeeRate"]) == ("0.00055", "0.0002")
        assert await code(client, "/v5/account/fee-rate", "category=linear&symbol=NONE") == 10001
        key = await client.asked("/v5/user/query-api")
        assert (key["apiKey"], key["readOnly"], key["mktMakerLevel"]) == (client.key, 0, "0")
        coins = await client.asked("/v5/asset/coin/query-info")
        assert [coin["coin"] for coin in coins["rows"]] == ["USDT"]
        listed = await client.asked("/v5/account/instruments-info", "category=linear")
        assert [instrument["symbol"] for instrument in listed["list"]] == ["BTCUSDT"]


async def test_a_demo_account_may_ask_for_money_and_not_for_fees() -> None:
    async with served_venue() as client:
        asked = {"utaDemoApplyMoney": [{"coin": "USDT", "amountStr": "500"}]}
        assert await client.refused("/v5/account/demo-apply-money", **asked) == 10005
        client.log_in_as(DEMO_KEY, DEMO_SECRET)
        assert await client.done("/v5/account/demo-apply-money", **asked) == {}
        wallet = await row(client, "/v5/account/wallet-balance", "accountType=UNIFIED")
        assert wallet["totalWalletBalance"] == "10500"
        assert await code(client, "/v5/account/fee-rate", "category=linear") == 10001


async def test_the_window_of_disconnects_is_set_and_told() -> None:
    async with served_venue() as client:
        path = "/v5/order/disconnected-cancel-all"
        assert (await client.asked("/v5/account/query-dcp-info"))["dcpInfos"] == []
        assert await client.done(path, product="DERIVATIVES", timeWindow=40) == {}
        told = (await client.asked("/v5/account/query-dcp-info"))["dcpInfos"]
        assert told == [{"product": "DERIVATIVES", "dcpStatus": "ON", "timeWindow": "40"}]
        assert await client.refused(path, product="DERIVATIVES", timeWindow=2) == 10001
        assert await client.refused(path, product="BONDS", timeWindow=40) == 10001


async def test_settlements_are_listed_but_for_those_who_take_them_for_trades() -> None:
    async with served_venue(history=290) as client:
        await client.done("/v5/order/create", **MARKET)
        client.play(12)
        listed = (await client.asked("/v5/execution/list", ONE))["list"]
        assert {entry["execType"] for entry in listed} == {"Trade", "Funding"}
    async with served_venue(history=290, lists_funding=False) as client:
        await client.done("/v5/order/create", **MARKET)
        client.play(12)
        listed = (await client.asked("/v5/execution/list", ONE))["list"]
        assert {entry["execType"] for entry in listed} == {"Trade"}
        asked = (await client.asked("/v5/execution/list", f"{ONE}&execType=Funding"))["list"]
        assert [entry["feeCurrency"] for entry in asked] == [""]
