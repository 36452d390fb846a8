package io.msgvault.embed.cli.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.cli.SampleArchive;
import io.msgvault.embed.cli.Served;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every view of the sample mailbox, wide and narrow, light and dark: axe-core finds nothing wrong,
 * nothing is wider than the screen, and the pictures are kept.
 */
class ScreenshotsTest {
  private static final String QUESTION = "why did the transmitter overheat?";

  @TempDir private static Path folder;
  private static Served served;
  private static Browser browser;

  @BeforeAll
  static void open() throws IOException, InterruptedException {
    served = new Served(SampleArchive.in(folder), SampleArchive.EMBEDDER);
    served.get("search?q=transmitter"); // the first question waits for the model
    browser = new Browser();
  }

  @AfterAll
  static void close() {
    browser.close();
    served.close();
  }

  @ParameterizedTest
  @CsvSource({"1280, light", "1280, dark", "400, light", "400, dark"})
  void everyViewIsAccessible(int width, String scheme) throws IOException {
    browser.look(width, width > 800 ? 860 : 800, scheme.equals("dark"));
    String name = width + "-" + scheme;

    browser.open(served.page());
    browser.waitFor("#welcome", "Ask 79 messages");
    check("welcome-" + name);

    browser.search(QUESTION);
    browser.waitFor("#hits", "Rack fans");
    check("search-" + name);

    browser.find(".hit").click();
    browser.waitFor("#similar", "Similar");
    browser.waitFor("#conversation", "in this conversation");
    check("message-" + name);

    browser.find(".views [data-view=status]").click();
    browser.waitFor("#status", "The last runs");
    check("status-" + name);

    browser.find(".views [data-view=map]").click();
    browser.waitFor("#map-summary", "lit by the search");
    check("map-" + name);
  }

  private static void check(String name) throws IOException {
    browser.screenshot(name);
    assertEquals(List.of(), browser.violations(), name);
    assertEquals(
        0L,
        browser
            .driver()
            .executeScript(
                "const root = document.documentElement;"
                    + "return Math.max(0, root.scrollWidth - root.clientWidth)"),
        name + " is wider than the screen");
  }
}
