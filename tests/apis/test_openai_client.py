"""The `openai` SDK, unmodified, against the contract of its batches."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import openai
import pytest

from tests.apis.served import Served

BATCH = "batch_{:032x}"
VALIDATING, RUNNING, LATE, COMPLETED, CANCELLED, FOREIGN = (
    BATCH.format(n) for n in (1, 3, 4, 6, 11, 99)
)


@pytest.fixture(scope="module")
def mock(start: Callable[..., Served]) -> Served:
    """Return the mock of the batches."""
    return start("openai-batches")


@pytest.fixture
def client(mock: Served) -> Iterator[openai.OpenAI]:
    """Return a client of the mock, whose world is that of the fixture."""
    mock.reset()
    with openai.OpenAI(base_url=f"{mock.url}/v1", api_key="sk-acme", max_retries=0) as client:
        yield client


def make(client: openai.OpenAI) -> openai.types.Batch:
    """Return a new batch."""
    return client.batches.create(
        input_file_id="file-abc123",
        endpoint="/v1/chat/completions",
        completion_window="24h",
        metadata={"customer": "42"},
    )


def walk(client: openai.OpenAI, **options: Any) -> list[str]:
    """Return the ids of all batches by auto-paging, which a wrong cursor would not end."""
    ids = [batch.id for batch in islice(client.batches.list(**options), 1000)]
    assert len(ids) < 1000
    return ids


def test_client_pages_over_all_of_250_batches(client: openai.OpenAI) -> None:
    """Auto-paging finds each batch once, those that were made meanwhile apart."""
    before = set(walk(client))
    made = {make(client).id for _ in range(250 - len(before))}
    walked = walk(client, limit=7)
    assert len(walked) == 250
    assert set(walked) == before | made


def test_pages_do_not_shift_while_batches_are_made(client: openai.OpenAI) -> None:
    """A batch that is made between two pages repeats and hides nothing."""
    before = walk(client)
    walked = []
    for batch in client.batches.list(limit=3):
        walked.append(batch.id)
        make(client)
        if len(walked) > 3 * len(before):
            break
    assert len(walked) == len(set(walked))
    assert set(before) <= set(walked)


def test_page_says_whether_more_follows(client: openai.OpenAI) -> None:
    """A page tells its first and last id, and that the last page is the last."""
    page = client.batches.list(limit=5)
    assert page.has_more is True
    assert page.model_extra is not None
    assert page.model_extra["last_id"] == page.data[-1].id
    assert page.model_extra["first_id"] == page.data[0].id
    assert client.batches.list(limit=100).has_more is False


def test_new_batch_is_what_was_asked_for(client: openai.OpenAI) -> None:
    """A batch is made of the request, waits for validation and expires after its window."""
    batch = make(client)
    assert (batch.status, batch.object, batch.endpoint) == (
        "validating",
        "batch",
        "/v1/chat/completions",
    )
    assert batch.input_file_id == "file-abc123"
    assert batch.metadata == {"customer": "42"}
    assert batch.expires_at == batch.created_at + 86400
    assert client.batches.retrieve(batch.id) == batch


def test_batch_that_is_cancelled_is_cancelling_and_then_cancelled(
    client: openai.OpenAI, mock: Served
) -> None:
    """Cancelling is a state of its own, left within ten minutes."""
    batch = make(client)
    cancelled = client.batches.cancel(batch.id)
    assert cancelled.status == "cancelling"
    assert cancelled.cancelling_at is not None
    assert cancelled.cancelled_at is None
    mock.advance("10m")
    ended = client.batches.retrieve(batch.id)
    assert ended.status == "cancelled"
    assert ended.cancelling_at is not None
    assert ended.cancelled_at is not None
    assert ended.cancelling_at <= ended.cancelled_at <= ended.cancelling_at + 600


def test_batch_completes_by_the_clock(client: openai.OpenAI, mock: Served) -> None:
    """A client that polls sees each state, with the stamp of the move and not of the poll."""
    batch = make(client)
    seen = [batch.status]
    for _ in range(400):
        mock.advance("15s")
        batch = client.batches.retrieve(batch.id)
        if batch.status != seen[-1]:
            seen.append(batch.status)
        if batch.status == "completed":
            break
    assert seen == ["validating", "in_progress", "finalizing", "completed"]
    stamps = [batch.created_at, batch.in_progress_at, batch.finalizing_at, batch.completed_at]
    known = [stamp for stamp in stamps if stamp is not None]
    assert len(known) == len(stamps)
    assert known == sorted(known)


def test_batch_that_nobody_polled_has_the_same_stamps(client: openai.OpenAI, mock: Served) -> None:
    """A batch that is looked at a day later moved when it was due."""
    batch = make(client)
    mock.advance("2d")
    ended = client.batches.retrieve(batch.id)
    assert ended.status == "completed"
    assert ended.completed_at is not None
    assert ended.completed_at < batch.created_at + 2 * 3600


def test_batch_that_is_too_slow_expires(client: openai.OpenAI, mock: Served) -> None:
    """A batch that is not finalized in its window is expired, from the moment on that it names."""
    late = client.batches.retrieve(LATE)
    assert late.status == "in_progress"
    mock.advance("7m")
    expired = client.batches.retrieve(LATE)
    assert expired.status == "expired"
    assert expired.expired_at == expired.expires_at


def test_completed_batch_cannot_be_cancelled(client: openai.OpenAI) -> None:
    """A refusal is the client's ConflictError, and changes nothing."""
    before = client.batches.retrieve(COMPLETED)
    with pytest.raises(openai.ConflictError):
        client.batches.cancel(COMPLETED)
    assert client.batches.retrieve(COMPLETED) == before


@pytest.mark.parametrize("batch", ["batch_none", FOREIGN])
def test_unknown_and_foreign_batches_are_not_found(client: openai.OpenAI, batch: str) -> None:
    """No client sees whether a batch of others exists."""
    with pytest.raises(openai.NotFoundError):
        client.batches.retrieve(batch)
    with pytest.raises(openai.NotFoundError):
        client.batches.cancel(batch)
    assert batch not in walk(client)


def test_unknown_key_is_refused(mock: Served) -> None:
    """Without a key that the world knows nothing is told."""
    with (
        openai.OpenAI(base_url=f"{mock.url}/v1", api_key="sk-nobody", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError),
    ):
        client.batches.list()


def test_request_that_breaks_the_schema_is_refused(client: openai.OpenAI) -> None:
    """A window that the document does not know makes no batch."""
    before = walk(client)
    with pytest.raises(openai.BadRequestError):
        client.batches.create(
            input_file_id="file-1",
            endpoint="/v1/chat/completions",
            completion_window="48h",  # type: ignore[arg-type]  # what is tested
        )
    assert walk(client) == before
