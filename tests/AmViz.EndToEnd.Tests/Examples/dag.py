"""Runs the DAG of a file against a coordinator, as a worker of Airflow would: stands in for what it uses of Airflow.

    python3 dag.py FILE ADDRESS KEY
"""

import json
import runpy
import sys
import time
import types
import urllib.request

file, address, key = sys.argv[1:]
ENDED = []


class Answer:
    def __init__(self, text):
        self.text = text

    def json(self):
        return json.loads(self.text)


class HttpHook:
    def __init__(self, method, http_conn_id):
        self.method = method
        if http_conn_id != "amviz":
            raise LookupError(http_conn_id)

    def run(self, endpoint, data=None, headers=None):
        request = urllib.request.Request(address + endpoint, data and data.encode(), {"Authorization": f"Bearer {key}", **(headers or {})}, method=self.method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Answer(answer.read())


class PokeReturnValue:
    def __init__(self, is_done, xcom_value=None):
        self.is_done, self.xcom_value = is_done, xcom_value


def task(function):
    def run(*arguments):
        ENDED.append((function.__name__, function(*arguments)))
        return ENDED[-1][1]

    return run


def sensor(poke_interval, timeout, mode):
    assert mode == "reschedule" and timeout > poke_interval > 0

    def decorate(function):
        def run(*arguments):
            while not (seen := function(*arguments)).is_done:
                time.sleep(0.2)
            ENDED.append((function.__name__, seen.xcom_value))
            return seen.xcom_value

        return run

    return decorate


def module(name, **members):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)


task.sensor = sensor
for name in ("airflow", "airflow.providers", "airflow.providers.http", "airflow.providers.http.hooks"):
    module(name)
module("airflow.exceptions", AirflowFailException=type("AirflowFailException", (Exception,), {}))
module("airflow.providers.http.hooks.http", HttpHook=HttpHook)
module("airflow.sdk", PokeReturnValue=PokeReturnValue, task=task, dag=lambda **_: lambda function: function)
runpy.run_path(file)
print(json.dumps(dict(ENDED)))
