import org.codelibs.opensearch.runner.OpenSearchRunner;

/** A node in the directory and on the port that the arguments name, until standard input ends. */
public class OpenSearchNode {
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.setMaxHttpPort(port);
        // The runner adds the number of the node, the first being 1.
        runner.build(OpenSearchRunner.newConfigs().basePath(arguments[0]).numOfNode(1).baseHttpPort(port - 1));
        while (System.in.read() >= 0) { }
        runner.close();
    }
}
