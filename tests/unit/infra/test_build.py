"""What the build writes beside the code."""

from infra.build import configuration
from infra.stages import read_config, read_stage


def test_functions_get_the_names_of_their_queues() -> None:
    known = {"QUEUES_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012"}
    built, source = configuration(read_stage("prod"), known["QUEUES_URL"], None), read_config()
    variables = built["stages"]["prod"].pop("environment_variables")
    assert variables == source["stages"]["prod"].pop("environment_variables") | known
    assert built["stages"]["prod"].pop("tags") == {"project": "retail-orders", "stage": "prod"}
    assert built == source
