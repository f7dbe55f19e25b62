"""In which order a deployment updates functions: those that read what is stored before the one that writes it anew."""

from chalice.cli.factory import CLIFactory
from chalice.deploy import models
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder

from infra.settings import PROJECT_ROOT


def test_the_api_which_writes_rows_of_orders_is_updated_after_all_that_read_them() -> None:
    config = CLIFactory(str(PROJECT_ROOT)).create_config_obj("local")
    application = ApplicationGraphBuilder().build(config, "local")
    found = DependencyBuilder().build_dependencies(application)
    functions = [one.function_name for one in found if isinstance(one, models.LambdaFunction)]
    assert len(functions) == 10
    assert functions[-1] == f"{config.app_name}-local"
