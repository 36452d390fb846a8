package io.msgvault.embed.cli.web;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Drives a headless Chromium, which {@code dev/browser} finds or installs. */
final class Browser implements AutoCloseable {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ChromeDriver driver;

  Browser() {
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(
                new File(program("MSGVAULT_TEST_BROWSER_DRIVER", "/usr/bin/chromedriver")))
            .build();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program("MSGVAULT_TEST_BROWSER", "/usr/bin/chromium"));
    // A container has no sandbox for root, and little shared memory.
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--hide-scrollbars",
        "--lang=en-GB");
    driver = new ChromeDriver(service, options);
  }

  private static String program(String variable, String usual) {
    String chosen = Objects.requireNonNullElse(System.getenv(variable), usual);
    if (!Files.isExecutable(Path.of(chosen))) {
      throw new AssertionError(
          "there is no " + chosen + ": run dev/browser, which installs it, and set what it prints");
    }
    return chosen;
  }

  ChromeDriver driver() {
    return driver;
  }

  /** Sets the size of the page and whether the system is dark. */
  Browser look(int width, int height, boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    return this;
  }

  void open(Object address) {
    driver.get("about:blank"); // else a change after # alone would load nothing
    driver.get(address.toString());
  }

  WebElement find(String selector) {
    return until(selector, () -> driver.findElements(By.cssSelector(selector)).stream())
        .findFirst()
        .orElseThrow();
  }

  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** Types a question, and waits until its hits are listed, instead of those of its beginning. */
  void search(String question) {
    WebElement field = find("#q");
    field.clear();
    field.sendKeys(question);
    awaitHits();
  }

  /** Waits until the hits of the question that was typed are listed. */
  void awaitHits() {
    waitUntil(
        "the hits are listed",
        () ->
            Boolean.TRUE.equals(
                driver.executeScript(
                    "const hash = new URLSearchParams(location.hash.split('?')[1]);"
                        + "return document.querySelector('#q').value.trim() === hash.get('q')"
                        + " && document.querySelector('#hits').ariaBusy === null")));
  }

  /** Waits until an element is shown that has a text. */
  void waitFor(String selector, String text) {
    waitUntil(
        selector + " has '" + text + "'",
        () ->
            Boolean.TRUE.equals(
                driver.executeScript(
                    "const e = document.querySelector(arguments[0]);"
                        + "return e !== null && e.checkVisibility()"
                        + " && e.textContent.includes(arguments[1])",
                    selector,
                    text)));
  }

  /** Waits until a condition holds. */
  void waitUntil(String condition, Supplier<Boolean> holds) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.get()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never: " + condition + "; the page: " + text());
      }
      Thread.onSpinWait();
    }
  }

  private Stream<WebElement> until(String selector, Supplier<Stream<WebElement>> found) {
    waitUntil(selector, () -> found.get().findAny().isPresent());
    return found.get();
  }

  String text() {
    return String.valueOf(driver.executeScript("return document.body.innerText"));
  }

  /** Keeps a picture in the build's output. */
  Path screenshot(String name) {
    try {
      Files.createDirectories(SCREENSHOTS);
      return Files.write(
          SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns what axe-core finds wrong with the page by WCAG 2.2 A and AA. */
  List<?> violations() throws IOException {
    try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
      driver.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
    }
    Object found =
        driver.executeAsyncScript(
            "const done = arguments[arguments.length - 1];"
                + "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',"
                + " 'best-practice']}).then(r => done(r.violations.map(v => v.id + ': ' +"
                + " v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | '))),"
                + " e => done([String(e)]))");
    return (List<?>) Objects.requireNonNull(found);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
