package io.msgvault.embed.cli.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.msgvault.embed.cli.HostileMail;
import io.msgvault.embed.cli.Served;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/** Mails and other pages that try to do harm, in a real browser. */
class HostilePageTest {
  @TempDir private static Path folder;
  private static Served served;
  private static Browser browser;

  @BeforeAll
  static void open() throws IOException {
    served = HostileMail.serve(folder);
    browser = new Browser();
    browser.look(1280, 860, false);
  }

  @AfterAll
  static void close() {
    browser.close();
    served.close();
  }

  @Test
  void hostileMailsChangeNothing() {
    browser.open(served.page());
    browser.search("plain");
    browser.waitFor("#hits", "plain with a file");
    assertEquals(HostileMail.COUNT, browser.all(".hit").size());
    assertTrue(browser.text().contains(HostileMail.SCRIPT_SUBJECT), browser.text());
    assertTrue(browser.text().contains("invoice \ufffdgpj.exe"), browser.text());
    assertFalse(browser.text().contains("\u202e"), browser.text());
    for (long id = 1; id <= HostileMail.COUNT; id++) {
      browser.find(".hit[data-id='" + id + "']").click();
      browser.waitFor("#message", "eve@evil.example");
      browser.waitUntil(
          "message is open", () -> browser.driver().getCurrentUrl().contains("message/"));
    }
    browser.waitFor("#message", "<img src=x onerror=window.hacked=1>.pdf");
    assertUnharmed();
  }

  @Test
  void htmlOfMailHasNoRights() {
    browser.open(served.page() + "#message/" + HostileMail.WITH_HTML);
    browser.waitFor("#message", "HTML letter");
    browser.find(".switch button:last-child").click();
    WebElement frame = browser.find("iframe");
    assertEquals("", frame.getDomAttribute("sandbox"));
    browser.driver().switchTo().frame(frame);
    try {
      browser.waitUntil("the letter", () -> browser.text().contains("Dear friend"));
      assertEquals(
          0L,
          browser
              .driver()
              .executeScript(
                  "return"
                      + " document.querySelectorAll('script,form,iframe,meta[http-equiv],link,a[href],"
                      + "base,img').length"));
      assertEquals("null", browser.driver().executeScript("return self.origin"));
    } finally {
      browser.driver().switchTo().defaultContent();
    }
    browser.screenshot("html-of-mail");
    assertUnharmed();
  }

  /** Nothing ran, and nothing was fetched from elsewhere. */
  private static void assertUnharmed() {
    assertEquals(true, browser.driver().executeScript("return window.hacked === undefined"));
    Object fetched =
        browser
            .driver()
            .executeScript("return performance.getEntriesByType('resource').map(e => e.name)");
    for (Object address : (List<?>) Objects.requireNonNull(fetched)) {
      assertTrue(address.toString().startsWith(served.page().toString()), address.toString());
    }
  }

  @Test
  void anotherPageCanNeitherReadNorWrite() throws IOException {
    Map<String, String> seen = new ConcurrentHashMap<>();
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          byte[] page = "<!doctype html><title>Other</title>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(page);
          }
          seen.put(exchange.getRequestURI().getPath(), "");
        });
    other.start();
    try {
      // Even a page that has learnt the token gets nothing.
      browser.open("http://127.0.0.1:" + other.getAddress().getPort() + "/");
      for (String mode : Set.of("cors", "no-cors")) {
        assertEquals("refused", attempt(served.page() + "api/v1/stats", mode, "GET"));
        assertEquals("refused", attempt(served.page() + "api/v1/rejections/retry", mode, "POST"));
      }
      assertEquals("not loaded", load("script", "src", served.page() + "app.js"));
      assertEquals("not loaded", load("img", "src", served.page() + "icon.svg"));
      assertEquals("not framed", frame(served.page().toString()));
    } finally {
      other.stop(0);
    }
    assertTrue(seen.containsKey("/"));
  }

  private static @Nullable Object attempt(String address, String mode, String method) {
    return browser
        .driver()
        .executeAsyncScript(
            "const [url, mode, method, token, done] = arguments;"
                + "fetch(url, {mode, method, headers: mode === 'cors' ? {Authorization: 'Bearer ' +"
                + " token} : {}}).then(r => r.text()).then(t => done(t === '' ? 'refused' : t),"
                + " () => done('refused'))",
            address,
            mode,
            method,
            served.token());
  }

  private static @Nullable Object load(String element, String attribute, String address) {
    return browser
        .driver()
        .executeAsyncScript(
            "const [name, attribute, url, done] = arguments;"
                + "const e = document.createElement(name);"
                + "e.onload = () => done('loaded'); e.onerror = () => done('not loaded');"
                + "e[attribute] = url; document.head.append(e)",
            element,
            attribute,
            address);
  }

  private static @Nullable Object frame(String address) {
    return browser
        .driver()
        .executeAsyncScript(
            "const [url, done] = arguments; const e = document.createElement('iframe');e.onload ="
                + " () => { let inside; try { inside = e.contentDocument } catch { inside = null }"
                + " done(inside === null ? 'not framed' : inside.title) };e.src = url;"
                + " document.body.append(e)",
            address);
  }
}
