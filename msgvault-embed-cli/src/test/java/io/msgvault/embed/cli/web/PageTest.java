package io.msgvault.embed.cli.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.cli.BuildInSteps;
import io.msgvault.embed.cli.Served;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** What the page does when it is used, while a build goes on beside it. */
class PageTest {
  @TempDir private static Path folder;
  private static BuildInSteps build;
  private static Served served;
  private static Browser browser;

  @BeforeAll
  static void open() throws IOException {
    build = new BuildInSteps(folder);
    served = build.serve();
    browser = new Browser();
    browser.look(1280, 860, false);
  }

  @AfterAll
  static void close() throws IOException {
    browser.close();
    served.close();
    build.close();
  }

  @Test
  void statusFollowsABuildAndRetriesRejections() throws IOException {
    browser.open(served.page() + "#status");
    build.start();
    build.embedSome();
    browser.waitFor("#status", "A build is running");
    double before = covered();
    build.embedSome();
    browser.waitUntil("coverage grows", () -> covered() > before);
    browser.waitFor("#status .pace", "messages a second");
    browser.screenshot("status-building-1280-light");
    assertTrue(browser.violations().isEmpty(), browser.violations().toString());
    browser.look(400, 800, true).screenshot("status-building-400-dark");
    browser.look(1280, 860, false);
    build.finish();
    browser.waitFor("#status", "1 message was rejected");
    browser.waitFor("#status", BuildInSteps.REASON);
    browser.screenshot("status-rejected-1280-light");
    ask("document.querySelector('#retry').click()");
    browser.waitFor("#status", "1 message is marked");
    browser.waitUntil("the message is missing", () -> value("Missing embeddings").equals("1"));
  }

  /** Asks the page in one step, since the view is drawn anew every second. */
  private static String ask(String script, Object... arguments) {
    return String.valueOf(browser.driver().executeScript(script, arguments));
  }

  private static double covered() {
    return Double.parseDouble(ask("return document.querySelector('.coverage').ariaValueNow"));
  }

  private static String value(String tile) {
    return ask(
        "const tile = [...document.querySelectorAll('.tile')].find(e =>"
            + " e.textContent.startsWith(arguments[0]));"
            + "return tile ? tile.querySelector('.value').textContent : ''",
        tile);
  }

  @Test
  void keysWorkWithoutAMouse() {
    browser.open(served.page());
    WebElement body = browser.find("body");
    body.sendKeys("/");
    assertEquals("q", focused());
    press("number");
    browser.awaitHits();
    press(Keys.ARROW_DOWN);
    browser.waitUntil("a hit has the focus", () -> focused().startsWith("hit"));
    String first = focusedText();
    press("j");
    browser.waitUntil("the next hit has the focus", () -> !focusedText().equals(first));
    press("k");
    assertEquals(first, focusedText());
    press(Keys.ENTER);
    browser.waitFor("#message h2", first.lines().toList().get(2));
    press(Keys.ESCAPE);
    browser.waitUntil("the message is closed", () -> !browser.find("#message").isDisplayed());
    assertEquals(first, focusedText());
    press("3");
    browser.waitFor("#status", "The last runs");
    press("2");
    browser.waitUntil("the map is there", () -> browser.find("#points").isDisplayed());
    press("?");
    browser.waitUntil("the keys are shown", () -> browser.find("#help").isDisplayed());
    press(Keys.ESCAPE);
    browser.waitUntil("the keys are gone", () -> !browser.find("#help").isDisplayed());
  }

  @Test
  void filtersModesAndProblemsOfAQuestion() {
    browser.open(served.page());
    browser.search("number before:soon");
    browser.waitFor("#query-problem", "no date is 'soon'");
    browser.search("number");
    assertEquals("number", ask("return document.querySelector('mark').textContent"));
    searchByWords();
    assertEquals(browser.all(".hit").size(), browser.all(".signal.keyword").size());
    ask("document.querySelector('#timeline button:not(:disabled)').click()");
    browser.waitUntil(
        "a chip is pressed", () -> !browser.all(".chip[aria-pressed=true]").isEmpty());
    browser.waitFor("#summary", "hit");
  }

  private static void searchByWords() {
    ask("document.querySelector('input[value=keyword]').click()");
    browser.waitUntil(
        "all by words", () -> browser.all(".signal.keyword").size() == browser.all(".hit").size());
  }

  @Test
  void furtherHitsCanBeListedAndTheTimelineCoversThem() {
    browser.open(served.page());
    browser.search("number");
    searchByWords();
    assertEquals(50, browser.all(".hit").size());
    browser.waitFor("#timeline", "the 50 hits below, by month");
    ask("document.querySelector('#more').click()");
    browser.waitUntil("all hits", () -> browser.all(".hit").size() == BuildInSteps.FIRST);
    browser.waitFor("#timeline", "the 60 hits below, by month");
    assertTrue(ask("return document.querySelector('#more').hidden").equals("true"));
    ask("document.querySelector('#timeline button').click()");
    browser.waitFor("#timeline", "hits below, by day");
    ask("document.querySelector('#timeline button').click()");
    browser.waitUntil(
        "the day of the first bar",
        () -> ask("return document.querySelector('#q').value").endsWith("before:1993-01-02"));
    browser.awaitHits();
    assertEquals(3, browser.all(".hit").size());
  }

  @Test
  void mapShowsSubjectsAndOpensMessages() {
    // A page that was opened while the map was made anew shows the one before, so it is opened
    // again.
    browser.waitUntil("a point is found", PageTest::pointIsFound);
    browser.waitFor("#map-tip", "Ana Bell");
    browser.screenshot("map-tip-1280-light");
    new Actions(browser.driver()).click().perform();
    browser.waitFor("#message", "ana@example.org");
  }

  /** Opens the map, and points at the message that is next to its centre. */
  private static boolean pointIsFound() {
    browser.open(served.page() + "#map?q=number");
    browser.waitFor("#map-summary", "lit by the search");
    WebElement canvas = browser.find("#points");
    browser.waitUntil("points", () -> canvas.getDomAttribute("data-points") != null);
    List<?> place =
        (List<?>)
            browser
                .driver()
                .executeScript(
                    "const canvas = document.querySelector('#points');"
                        + "return fetch('api/v1/map').then(r => r.json()).then(m => {"
                        + "const at = (v, size) => Math.round((v / 65535 - 0.5) * (size - 48));"
                        + "return m.ids.map((id, i) => [at(m.x[i], canvas.clientWidth),"
                        + " at(m.y[i], canvas.clientHeight)]).sort((a, b) =>"
                        + " Math.hypot(...a) - Math.hypot(...b))[0]})");
    int right = ((Number) Objects.requireNonNull(place).get(0)).intValue();
    int down = ((Number) place.get(1)).intValue();
    new Actions(browser.driver()).moveToElement(canvas, right, down).perform();
    return !Objects.requireNonNullElse(canvas.getDomAttribute("data-hovered"), "").isEmpty();
  }

  private static void press(CharSequence keys) {
    browser.driver().switchTo().activeElement().sendKeys(keys);
  }

  private static String focused() {
    return String.valueOf(
        browser
            .driver()
            .executeScript("return document.activeElement.id || document.activeElement.className"));
  }

  private static String focusedText() {
    return browser.driver().switchTo().activeElement().getText();
  }
}
