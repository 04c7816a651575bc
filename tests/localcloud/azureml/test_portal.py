"""The page behind the links that the SDK prints."""

from fastapi.testclient import TestClient


def test_the_link_to_a_run_says_what_shows_the_run_here(azureml: TestClient) -> None:
    azureml.headers.pop("Authorization")
    page = azureml.get("/runs/run-1?wsid=/subscriptions/s")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert "python -m pipelines status run-1 --stack local\n" in page.text
