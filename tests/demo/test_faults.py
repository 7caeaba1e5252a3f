from __future__ import annotations

import asyncio

import httpx
import pytest

from demo.botapi import BotApi
from demo.faults import Fault, Reply
from tests.demo.client import OWNER, TOKEN, Client, eventually
from tests.demo.media import jpeg


@pytest.mark.parametrize("code", [401, 403, 409, 413, 500])
async def test_a_status_is_met_once_and_nothing_is_stored(api: BotApi, client: Client, code: int) -> None:
    api.faults.status("sendMessage", code)
    assert (await client.refusal("sendMessage", chat_id=OWNER, text="x"))[0] == code
    assert api.messages(OWNER) == []
    assert api.calls[-1].status == code
    await client.call("sendMessage", chat_id=OWNER, text="x")


async def test_too_many_requests_says_when_to_come_back(api: BotApi, client: Client) -> None:
    api.faults.status("sendMessage", 429, retry_after=7)
    answer = await client.raw("sendMessage", chat_id=OWNER, text="x")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["parameters"] == {"retry_after": 7}


async def test_a_bad_gateway_speaks_html(api: BotApi, client: Client) -> None:
    api.faults.status("sendMessage", 502)
    answer = await client.raw("sendMessage", chat_id=OWNER, text="x")
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (502, "text/html")


async def test_a_captive_portal_says_200_in_html(api: BotApi, client: Client) -> None:
    api.faults.captive_portal()
    answer = await client.raw("getMe")
    assert (answer.status_code, answer.text[:9]) == (200, "<!DOCTYPE")


@pytest.mark.parametrize("stored", [False, True])
async def test_a_reset_comes_before_or_after_the_message_is_stored(api: BotApi, client: Client, stored: bool) -> None:
    api.faults.reset("sendPhoto", stored=stored)
    with pytest.raises(httpx.ReadError):
        await client.raw("sendPhoto", {"photo": ("a.jpg", jpeg(64, 36), "image/jpeg")}, chat_id=OWNER)
    assert len(api.messages(OWNER)) == stored
    assert api.calls[-1].status == 0


@pytest.mark.parametrize("status", [200, 403, 511])
async def test_somebody_in_between_may_say_anything(api: BotApi, client: Client, status: int) -> None:
    api.faults.captive_portal("sendMessage", status=status)
    answer = await client.raw("sendMessage", chat_id=OWNER, text="x")
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (status, "text/html")
    assert api.messages(OWNER) == []


async def test_a_gateway_may_lose_patience_with_what_is_stored(api: BotApi, client: Client) -> None:
    api.faults.status("sendMessage", 502, stored=True)
    assert (await client.raw("sendMessage", chat_id=OWNER, text="x")).status_code == 502
    assert len(api.messages(OWNER)) == 1


async def test_an_answer_of_another_shape(api: BotApi, client: Client) -> None:
    api.faults.nonsense("sendMessage")
    answer = await client.raw("sendMessage", chat_id=OWNER, text="x")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "result": []})
    assert len(api.messages(OWNER)) == 1


async def test_an_answer_that_ends_in_its_middle(api: BotApi, client: Client) -> None:
    api.faults.cut_off("sendMessage")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await client.raw("sendMessage", chat_id=OWNER, text="x")
    assert len(api.messages(OWNER)) == 1


async def test_an_upload_hangs_or_breaks_in_its_middle(api: BotApi, client: Client) -> None:
    big = {"photo": ("a.jpg", bytes(20_000_000), "image/jpeg")}
    client.patience_s = 0.5
    api.faults.hang("sendPhoto", 60)
    with pytest.raises((httpx.WriteTimeout, httpx.ReadTimeout)):
        await client.raw("sendPhoto", big, chat_id=OWNER)
    client.patience_s = 60
    api.faults.break_off("sendPhoto")
    with pytest.raises(httpx.TransportError):
        await client.raw("sendPhoto", big, chat_id=OWNER)
    assert api.messages(OWNER) == []
    await client.call("sendMessage", chat_id=OWNER, text="y")


async def test_an_update_may_have_any_shape(api: BotApi, client: Client) -> None:
    shapes: tuple[object, ...] = ([], "text", None, {"chat": 1})
    numbers = [api.push("message", shape) for shape in shapes]
    updates = await client.call("getUpdates")
    assert updates == [{"update_id": n, "message": shape} for n, shape in zip(numbers, shapes, strict=True)]


@pytest.mark.parametrize("stored", [False, True])
async def test_silence_outlasts_the_clients_patience(api: BotApi, client: Client, stored: bool) -> None:
    api.faults.silence("sendMessage", 3600, stored=stored)
    client.patience_s = 0.5
    with pytest.raises(httpx.ReadTimeout):
        await client.raw("sendMessage", chat_id=OWNER, text="x")
    assert len(api.messages(OWNER)) == stored
    client.patience_s = 60
    await client.call("sendMessage", chat_id=OWNER, text="y")


async def test_silence_ends_in_a_broken_connection(api: BotApi, client: Client) -> None:
    api.faults.silence("sendMessage", 0.01, stored=False)
    with pytest.raises(httpx.ReadError):
        await client.raw("sendMessage", chat_id=OWNER, text="x")


async def test_a_slow_answer_is_a_right_one(api: BotApi, client: Client) -> None:
    api.faults.slow("sendMessage", 0.01)
    await client.call("sendMessage", chat_id=OWNER, text="x")
    assert len(api.messages(OWNER)) == 1


async def test_a_late_answer_comes_after_what_it_tells_of(api: BotApi, client: Client) -> None:
    api.faults.late("sendMessage", 3600)
    sending = asyncio.create_task(client.raw("sendMessage", chat_id=OWNER, text="x"))
    await api.wait_for(lambda: api.messages(OWNER))
    assert not sending.done()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


async def test_faults_queue_up_last_and_are_cleared(api: BotApi, client: Client) -> None:
    api.faults.status("getMe", 500, times=2)
    api.faults.status("*", 403, times=None)
    codes = [(await client.raw("getMe")).status_code for _ in range(4)]
    assert codes == [500, 500, 403, 403]
    api.faults.clear("getMe")
    assert (await client.raw("getMe")).status_code == 403
    api.faults.clear()
    assert (await client.raw("getMe")).status_code == 200


async def test_any_other_answer_can_be_planned(api: BotApi, client: Client) -> None:
    api.faults.plan("getMe", Fault(reply=Reply(200, '{"ok": true, "result": {}}')))
    assert await client.call("getMe") == {}


async def test_a_download_can_fail_too(api: BotApi, client: Client) -> None:
    sent = await client.call("sendPhoto", {"photo": ("a.jpg", jpeg(64, 36), "image/jpeg")}, chat_id=OWNER)
    path = (await client.call("getFile", file_id=sent["photo"][-1]["file_id"]))["file_path"]
    api.faults.status("file", 500)
    with pytest.raises(httpx.HTTPStatusError):
        await client.download(path)
    api.faults.reset("file", stored=False)
    with pytest.raises(httpx.TransportError):
        await client.download(path)
    assert await client.download(path)


async def test_a_malformed_update_stays_until_it_is_confirmed(api: BotApi, client: Client) -> None:
    number = api.malformed_update()
    assert number is not None
    [update] = await client.call("getUpdates")
    assert update == {"update_id": number, "message": {"message_id": "?", "chat": None}}
    assert await client.call("getUpdates", offset=number + 1) == []


async def test_the_network_goes_and_comes_back_with_everything_kept(api: BotApi, client: Client) -> None:
    await client.call("sendMessage", chat_id=OWNER, text="before")
    poll = asyncio.create_task(client.raw("getUpdates", timeout=50))
    await api.wait_for(lambda: api.office.updates.polled)
    address = api.base_url
    await api.go_down()
    await asyncio.gather(poll, return_exceptions=True)
    with pytest.raises(httpx.ConnectError):
        await client.raw("getMe")
    await api.come_back()
    assert api.base_url == address
    await client.call("sendMessage", chat_id=OWNER, text="after")
    assert [m.text for m in api.messages(OWNER)] == ["before", "after"]


async def test_a_client_that_hangs_up_in_the_middle_leaves_nothing(api: BotApi) -> None:
    host, port = api.base_url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST /bot{TOKEN}/sendPhoto HTTP/1.1\r\nHost: x\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    )
    writer.write(head.encode() + bytes(70_000))
    await writer.drain()
    uploads = api.office.files.folder / "uploads"
    await eventually(lambda: uploads.is_dir() and len(list(uploads.iterdir())) == 1)
    writer.close()
    await eventually(lambda: not list(uploads.iterdir()))
    assert api.calls == []
