"""Orders over HTTP: what is asked for, what is answered, and what the private topics tell of it."""

from typing import Any

from tests.exchange.venue.served_scene import Client, served_venue

MARKET = {"side": "Buy", "orderType": "Market", "qty": "0.01"}
LIMIT = {"side": "Buy", "orderType": "Limit", "qty": "0.01", "price": "50000"}
ONE = "category=linear&symbol=BTCUSDT"


async def last_price(client: Client) -> float:
    rows = await client.asked("/v5/market/tickers", ONE)
    return float(rows["list"][0]["lastPrice"])


async def rows(client: Client, path: str, query: str = ONE) -> list[dict[str, Any]]:
    return (await client.asked(path, query))["list"]


async def test_a_market_order_with_stop_and_target_fills_and_is_told() -> None:
    async with served_venue() as client, client.private("order", "execution", "position", "wallet") as socket:
        price = await last_price(client)
        levels = {"stopLoss": f"{price - 600:.1f}", "takeProfit": f"{price + 600:.1f}"}
        named = await client.done("/v5/order/create", **MARKET, **levels, orderLinkId="first")
        assert named["orderLinkId"] == "first"
        filled = await socket.next_of("order")
        assert (filled["data"][0]["orderId"], filled["data"][0]["orderStatus"]) == (named["orderId"], "Filled")
        execution = await socket.next_of("execution")
        assert (execution["data"][0]["execType"], execution["data"][0]["execQty"]) == ("Trade", "0.01")
        position = await socket.next_of("position")
        assert (position["data"][0]["side"], position["data"][0]["size"]) == ("Buy", "0.01")
        wallet = await socket.next_of("wallet")
        assert wallet["data"][0]["coin"][0]["coin"] == "USDT"
        stops = await rows(client, "/v5/order/realtime")
        assert {row["stopOrderType"] for row in stops} == {"StopLoss", "TakeProfit"}


async def test_an_order_is_amended_cancelled_and_found() -> None:
    async with served_venue() as client:
        order_id = (await client.done("/v5/order/create", **LIMIT, orderLinkId="mine"))["orderId"]
        named = {"orderId": order_id, "orderLinkId": "mine"}
        assert await client.done("/v5/order/amend", orderLinkId="mine", price="50100") == named
        (row,) = await rows(client, "/v5/order/realtime", f"{ONE}&orderLinkId=mine")
        assert (row["price"], row["orderStatus"]) == ("50100", "New")
        assert await client.done("/v5/order/cancel", orderId=order_id) == named
        assert await client.refused("/v5/order/cancel", orderId=order_id) == 110001
        assert await client.refused("/v5/order/amend", orderId=order_id, price="50000") == 110001
        assert await rows(client, "/v5/order/realtime") == []
        for query in (f"{ONE}&orderId={order_id}", f"{ONE}&openOnly=1"):
            (row,) = await rows(client, "/v5/order/realtime", query)
            assert (row["orderStatus"], row["cancelType"], row["leavesQty"]) == ("Cancelled", "CancelByUser", "0")
        assert [row["orderId"] for row in await rows(client, "/v5/order/history")] == [order_id]
        assert await rows(client, "/v5/order/history", f"{ONE}&orderStatus=Filled") == []
        assert await client.refused("/v5/order/create", **LIMIT, orderLinkId="mine") == 110072


async def test_what_is_refused_has_a_code() -> None:
    async with served_venue() as client:
        create = "/v5/order/create"
        assert await client.refused(create, **{**LIMIT, "qty": "0.0105"}) == 10001
        assert await client.refused(create, **{**LIMIT, "qty": "0.001", "price": "1000"}) == 110094
        assert await client.refused(create, **{**MARKET, "qty": "20"}) == 110007
        assert await client.refused(create, **MARKET, reduceOnly=True) == 110017
        assert await client.refused(create, **{**MARKET, "symbol": "NONE"}) == 10001
        assert await client.refused(create, **{**MARKET, "category": "spot"}) == 10001
        assert await client.refused(create) == 10001


async def test_pages_are_newest_first_and_lead_on() -> None:
    async with served_venue() as client:
        for number in range(5):
            await client.done("/v5/order/create", **LIMIT, orderLinkId=f"o{number}")
        names: list[str] = []
        cursor = ""
        while True:
            page = await client.asked("/v5/order/realtime", f"{ONE}&limit=2&cursor={cursor}")
            names += [row["orderLinkId"] for row in page["list"]]
            cursor = page["nextPageCursor"]
            if not cursor:
                break
        assert names == ["o4", "o3", "o2", "o1", "o0"]
        assert (await client.get("/v5/order/realtime", f"{ONE}&limit=51")).json()["retCode"] == 10001
        assert (await client.get("/v5/order/realtime", "category=linear")).json()["retCode"] == 10001
        assert len(await rows(client, "/v5/order/realtime", "category=linear&settleCoin=USDT")) == 5
        assert await rows(client, "/v5/order/realtime", "category=linear&settleCoin=USDC") == []


async def test_cancel_all_spares_what_its_filter_names_not() -> None:
    async with served_venue() as client:
        price = await last_price(client)
        await client.done("/v5/order/create", **MARKET, stopLoss=f"{price - 900:.1f}")
        await client.done("/v5/order/create", **LIMIT)
        waits = {"triggerPrice": f"{price + 500:.1f}", "triggerDirection": 1}
        await client.done("/v5/order/create", **MARKET, **waits)
        stop = {"orderFilter": "StopOrder", "stopOrderType": "Stop"}
        gone = await client.done("/v5/order/cancel-all", **stop)
        assert (len(gone["list"]), gone["success"]) == (1, "1")
        await client.done("/v5/order/cancel-all", orderFilter="Order")
        left = await rows(client, "/v5/order/realtime")
        assert [row["stopOrderType"] for row in left] == ["StopLoss"]
        await client.done("/v5/order/cancel-all")
        assert await rows(client, "/v5/order/realtime") == []


async def test_a_batch_answers_each_item_by_itself() -> None:
    async with served_venue() as client:
        items = [{"symbol": "BTCUSDT", **LIMIT, "orderLinkId": f"b{number}"} for number in range(2)]
        items.insert(1, {"symbol": "BTCUSDT", **LIMIT, "qty": "0", "orderLinkId": "none"})
        answer = (await client.post("/v5/order/create-batch", {"category": "linear", "request": items})).json()
        codes = [item["code"] for item in answer["retExtInfo"]["list"]]
        assert (answer["retCode"], codes) == (0, [0, 10001, 0])
        first, none, _ = answer["result"]["list"]
        assert first["orderLinkId"] == "b0"
        assert first["createAt"]
        assert (none["orderId"], none["createAt"], none["orderLinkId"]) == ("", "", "none")
        changes = [{"symbol": "BTCUSDT", "orderLinkId": "b0", "price": "50100"}]
        await client.done("/v5/order/amend-batch", request=changes)
        names = [{"symbol": "BTCUSDT", "orderLinkId": name} for name in ("b0", "b1", "b1")]
        answer = (await client.post("/v5/order/cancel-batch", {"category": "linear", "request": names})).json()
        assert [item["code"] for item in answer["retExtInfo"]["list"]] == [0, 0, 110001]


async def test_a_batch_beyond_the_budget_fails_in_part() -> None:
    async with served_venue() as client:
        items = [{"symbol": "BTCUSDT", **LIMIT} for _ in range(12)]
        answer = (await client.post("/v5/order/create-batch", {"category": "linear", "request": items})).json()
        assert [item["code"] for item in answer["retExtInfo"]["list"]] == [0] * 10 + [10006] * 2


async def test_executions_of_an_order_and_of_a_kind() -> None:
    async with served_venue() as client:
        first = (await client.done("/v5/order/create", **MARKET, orderLinkId="in"))["orderId"]
        await client.done("/v5/order/create", **{**MARKET, "side": "Sell"}, reduceOnly=True)
        listed = await rows(client, "/v5/execution/list")
        assert [row["closedSize"] for row in listed] == ["0.01", "0"]
        assert [row["orderId"] for row in await rows(client, "/v5/execution/list", f"{ONE}&orderId={first}")] == [first]
        assert len(await rows(client, "/v5/execution/list", f"{ONE}&orderLinkId=in")) == 1
        assert await rows(client, "/v5/execution/list", f"{ONE}&execType=Funding") == []
        assert await rows(client, "/v5/execution/list", f"{ONE}&startTime=1&endTime=2") == []
        far = await client.get("/v5/execution/list", f"{ONE}&startTime=1&endTime=700000000")
        assert far.json()["retCode"] == 10001


async def test_while_the_clock_waits_orders_arrive_with_the_next_step() -> None:
    async with served_venue() as client:
        client.served.venue.join("me")
        await client.done("/v5/order/create", **MARKET)
        assert await rows(client, "/v5/execution/list") == []
        client.play()
        assert len(await rows(client, "/v5/execution/list")) == 1
        client.served.venue.leave("me")
        await client.done("/v5/order/create", **MARKET)
        assert len(await rows(client, "/v5/execution/list")) == 2


async def test_margins_are_told_before_an_order_in_cross_margin_only() -> None:
    async with served_venue() as client:
        assert await client.refused("/v5/order/pre-check", **LIMIT) == 10001
        await client.done("/v5/account/set-margin-mode", setMarginMode="REGULAR_MARGIN")
        told = await client.done("/v5/order/pre-check", **LIMIT)
        assert (told["preImrE4"], told["postImrE4"]) == (0, 50)
