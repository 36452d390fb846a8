package io.msgvault.embed.benchmarks;

import java.io.File;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Opens the map in a headless Chromium, without a GPU, and times what its user waits for. */
final class MapInBrowser implements AutoCloseable {
  /** Ends with the time from the beginning of the navigation to the picture of all points. */
  private static final String DRAW =
      """
      const [done] = arguments;
      const points = document.querySelector('#points');
      const look = () => points.dataset.points === undefined ? requestAnimationFrame(look)
        : requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
      look();
      """;

  /** Zooms in, then moves to and fro: the times from each key to its picture. */
  private static final String MOVE =
      """
      const [count, done] = arguments;
      const points = document.querySelector('#points');
      const times = [];
      const move = () => {
        if (times.length === count) {
          done(times);
          return;
        }
        const key = times.length === 0 ? '+' : times.length % 2 ? 'ArrowRight' : 'ArrowLeft';
        const began = performance.now();
        points.dispatchEvent(new KeyboardEvent('keydown', { key }));
        requestAnimationFrame(() => requestAnimationFrame(() => {
          times.push(performance.now() - began);
          move();
        }));
      };
      move();
      """;

  private final ChromeDriver driver;

  MapInBrowser() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program("MSGVAULT_TEST_BROWSER"));
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(program("MSGVAULT_TEST_BROWSER_DRIVER")))
                .build(),
            options);
    driver.manage().window().setSize(new Dimension(1280, 900));
    driver.manage().timeouts().scriptTimeout(Duration.ofMinutes(2));
  }

  private static String program(String variable) {
    return Objects.requireNonNull(System.getenv(variable), variable + " is not set: dev/browser");
  }

  /** Opens the page at its map, and returns the milliseconds until it is drawn. */
  double draw(URI page) {
    driver.get("about:blank");
    driver.get(page + "#map");
    return ((Number) Objects.requireNonNull(driver.executeAsyncScript(DRAW))).doubleValue();
  }

  /** Moves over the map that is open, and returns the milliseconds of each move. */
  double[] move(int count) {
    List<?> times = (List<?>) Objects.requireNonNull(driver.executeAsyncScript(MOVE, count));
    return times.stream().mapToDouble(time -> ((Number) time).doubleValue()).toArray();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
