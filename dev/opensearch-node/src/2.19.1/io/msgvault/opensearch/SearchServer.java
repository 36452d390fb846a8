package io.msgvault.opensearch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/** Runs one node of OpenSearch until the process ends. The arguments are settings, as KEY=VALUE. */
public final class SearchServer extends Node {
  private SearchServer(Settings settings, List<Class<? extends Plugin>> plugins) {
    super(
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node"),
        plugins,
        false);
  }

  public static void main(String[] arguments) throws Exception {
    Settings.Builder settings = Settings.builder();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      settings.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    List<Class<? extends Plugin>> plugins = new ArrayList<>();
    for (String name :
        List.of(
            "org.opensearch.transport.Netty4Plugin",
            "org.opensearch.painless.PainlessPlugin",
            "org.opensearch.knn.plugin.KNNPlugin")) {
      plugins.add(Class.forName(name).asSubclass(Plugin.class));
    }
    new SearchServer(settings.build(), plugins).start();
    Thread.currentThread().join();
  }
}
