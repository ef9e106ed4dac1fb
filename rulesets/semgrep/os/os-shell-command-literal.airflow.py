from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.providers.ssh.operators.ssh import SSHOperator

fetch = BashOperator(
    task_id="fetch",
    # ruleid: os-shell-command-literal--run-settings
    bash_command="aws s3 sync s3://datasets/{{ dag_run.conf['dataset'] }} /mnt/data",
)
# ruleid: os-shell-command-literal--run-settings
far = SSHOperator(task_id="far", command="python -m train --model {{ params.model }}")
good = BashOperator(
    task_id="good",
    # ok: os-shell-command-literal--run-settings
    bash_command='aws s3 sync "s3://datasets/$DATASET" /mnt/data/{{ ds }}',
    env={"DATASET": "{{ params.dataset }}"},
)


@task.bash(task_id="text")
def text():
    # ruleid: os-shell-command-literal--run-settings
    return "echo {{ params.text }}"
