"""A sweep as a DAG of Airflow 3: given to a cluster of AmViz, and waited for without a worker.

It needs apache-airflow-providers-http and a connection named "amviz": of kind HTTP, with the address of the API, and as its
extra {"Authorization": "Bearer amviz_..."}, an access key with the role submit.
"""

import json
from datetime import timedelta

from airflow.exceptions import AirflowFailException
from airflow.providers.http.hooks.http import HttpHook
from airflow.sdk import PokeReturnValue, dag, task

CONNECTION = "amviz"
SPEC = {"models": [{"model": "texturenet", "layers": ["logits"]}], "recipe": {"name": "paper", "steps": 128}}


@dag(schedule=None, catchup=False, tags=["amviz"], default_args={"retries": 5, "retry_delay": timedelta(minutes=1)})
def amviz_sweep():
    @task
    def submit() -> str:
        # The same spec is the same sweep: after a retry nothing is drawn twice.
        hook = HttpHook(method="POST", http_conn_id=CONNECTION)
        return hook.run("/api/v1/sweeps", data=json.dumps(SPEC), headers={"Content-Type": "application/json"}).json()["id"]

    @task.sensor(poke_interval=30, timeout=timedelta(days=7).total_seconds(), mode="reschedule")
    def wait(sweep: str) -> PokeReturnValue:
        status = HttpHook(method="GET", http_conn_id=CONNECTION).run(f"/api/v1/sweeps/{sweep}").json()
        if status["state"] in ("cancelled", "failed"):
            raise AirflowFailException(f"Sweep {sweep} is {status['state']}: {status.get('lastError') or 'no error is known'}")
        return PokeReturnValue(is_done=status["state"] == "finished", xcom_value=sweep)

    @task
    def failures(sweep: str) -> dict:
        # Channels without a picture, by error. What a budget allows does not fail a sweep.
        return HttpHook(method="GET", http_conn_id=CONNECTION).run(f"/api/v1/sweeps/{sweep}/failures").json()

    failures(wait(submit()))


amviz_sweep()
