package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.DiscoverySelector;
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
    requireLines(
        folder,
        DiscoverySelectors.selectClass(HashEmbedderTest.class),
        "HashEmbedderTest\tEmbedder",
        List.of(
            "|unsupported|the embedder refuses no text",
            "|unsupported|the embedder never fails for a while",
            "|unsupported|the embedder can't be set up wrongly",
            "EM-1|passed|",
            "EM-2|passed|",
            "EM-3|passed|",
            "EM-4|partly|the embedder can't be set up wrongly",
            "EM-4|partly|the embedder never fails for a while",
            "EM-4|partly|the embedder refuses no text"));
  }

  @Test
  void ruleWithoutTestsThatRanIsLacking(@TempDir Path folder) throws IOException {
    requireLines(
        folder,
        DiscoverySelectors.selectMethod(
            InMemoryMessageStoreTest.class, "whatWasShownSurvivesPowerLoss"),
        "InMemoryMessageStoreTest\tMessageStore",
        List.of(
            "|unsupported|the storage can't be opened in another process",
            "MS-31|lacking|"
                + "no test can cut the power: look at how the database is told to flush"));
  }

  private static void requireLines(
      Path folder, DiscoverySelector tests, String suite, List<String> expected)
      throws IOException {
    System.setProperty(FOLDER, folder.toString());
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(tests)
                .filters(EngineFilter.includeEngines("jqwik"))
                .configurationParameter("jqwik.database", "")
                .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                .build());
    assertEquals(
        expected.stream().map(line -> suite + "\t" + line.replace('|', '\t')).toList(),
        Files.readAllLines(folder.resolve(suite.substring(0, suite.indexOf('\t')) + ".tsv")));
  }
}
