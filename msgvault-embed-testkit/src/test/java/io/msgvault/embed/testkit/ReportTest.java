package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A suite leaves one line for each rule and reason. */
class ReportTest {
  private static final String FOLDER = "msgvault.testkit.report";

  @AfterEach
  void resetFolder() {
    System.clearProperty(FOLDER);
  }

  @Test
  void linesNameTheVerdictAndEachReason(@TempDir Path folder) throws IOException {
    System.setProperty(FOLDER, folder.toString());
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(HashEmbedderTest.class))
                .filters(EngineFilter.includeEngines("jqwik"))
                .configurationParameter("jqwik.database", "")
                .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                .build());
    List<String> expected =
        List.of(
            "|unsupported|the embedder refuses no text",
            "|unsupported|the embedder never fails for a while",
            "|unsupported|the embedder can't be set up wrongly",
            "EM-1|passed|",
            "EM-2|passed|",
            "EM-3|passed|",
            "EM-4|partly|the embedder can't be set up wrongly",
            "EM-4|partly|the embedder never fails for a while",
            "EM-4|partly|the embedder refuses no text");
    assertEquals(
        expected.stream()
            .map(line -> "HashEmbedderTest\tEmbedder\t" + line.replace('|', '\t'))
            .toList(),
        Files.readAllLines(folder.resolve("HashEmbedderTest.tsv")));
  }
}
