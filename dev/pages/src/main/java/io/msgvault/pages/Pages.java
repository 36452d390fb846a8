package io.msgvault.pages;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.DocumentType;
import org.jsoup.nodes.Element;

/**
 * Turns Markdown files into a folder of HTML pages, at the same paths, and checks the links between
 * them. A file that a page links to is copied beside the pages.
 *
 * <p>Arguments: the folder of the sources, that of the pages, and the Markdown files, relative to
 * the first.
 */
public final class Pages {
  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder().extensions(EXTENSIONS).build();

  private static final List<MenuItem> MENU =
      List.of(
          new MenuItem("msgvault-embed", "index.html"),
          new MenuItem("Documents", "docs/index.html"),
          new MenuItem("Examples", "examples/index.html"),
          new MenuItem("API", "api/index.html"));

  private final Path sources;
  private final Path site;
  private final List<String> problems = new ArrayList<>();

  private Pages(Path sources, Path site) {
    this.sources = sources;
    this.site = site;
  }

  /** Writes the pages, prints each broken link, and exits with 1 if there is one. */
  public static void main(String[] arguments) throws IOException {
    Pages pages =
        new Pages(Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]).toAbsolutePath());
    List<Path> documents = Stream.of(arguments).skip(2).map(Path::of).toList();
    for (Path document : documents) {
      pages.write(document);
    }
    for (Path document : documents) {
      pages.check(document);
    }
    pages.problems.forEach(System.err::println);
    System.out.println(documents.size() + " pages, broken links: " + pages.problems.size());
    if (!pages.problems.isEmpty()) {
      System.exit(1);
    }
  }

  private void write(Path document) throws IOException {
    Path source = sources.resolve(document);
    Path target = page(document);
    Document page = Document.createShell("");
    page.prependChild(new DocumentType("html", "", ""));
    page.charset(StandardCharsets.UTF_8);
    page.body().html(RENDERER.render(PARSER.parse(Files.readString(source))));
    for (Element link : relativeLinks(page)) {
      if (!link.attr("href").startsWith("#")) {
        point(link, source, target);
      }
    }
    page.title(page.select("h1").text());
    page.head()
        .append("<meta name=\"viewport\" content=\"width=device-width\">")
        .appendElement("link")
        .attr("rel", "stylesheet")
        .attr("href", address(target, site.resolve("style.css")));
    Element menu = page.body().prependElement("nav");
    for (MenuItem item : MENU) {
      menu.appendElement("a")
          .attr("href", address(target, site.resolve(item.page())))
          .text(item.name());
    }
    Files.createDirectories(target.getParent());
    Files.writeString(target, page.outerHtml());
  }

  /** Lets a link to a document lead to its page, and copies another file that it leads to. */
  private void point(Element link, Path source, Path page) throws IOException {
    URI uri = URI.create(link.attr("href"));
    Path file = sources.relativize(source.resolveSibling(uri.getPath()).normalize());
    if (file.toString().endsWith(".md")) {
      String anchor = uri.getFragment() == null ? "" : "#" + uri.getFragment();
      link.attr("href", address(page, page(file)) + anchor);
    } else if (Files.isRegularFile(sources.resolve(file))) {
      Files.createDirectories(site.resolve(file).getParent());
      Files.copy(sources.resolve(file), site.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String address(Path from, Path to) {
    return from.getParent().relativize(to).toString();
  }

  /** Notes each link of a page that leads to no file of the site, or to no element of its page. */
  private void check(Path document) throws IOException {
    Path page = page(document);
    for (Element link : relativeLinks(Jsoup.parse(page))) {
      URI uri = URI.create(link.attr("href"));
      Path target = uri.getPath().isEmpty() ? page : page.resolveSibling(uri.getPath());
      if (!Files.isRegularFile(target)) {
        problems.add(document + ": there is no " + link.attr("href"));
      } else if (uri.getFragment() != null
          && Jsoup.parse(target).getElementById(uri.getFragment()) == null) {
        problems.add(document + ": there is no place " + link.attr("href"));
      }
    }
  }

  private static List<Element> relativeLinks(Document page) {
    return page.select("a[href]").stream()
        .filter(link -> !URI.create(link.attr("href")).isAbsolute())
        .toList();
  }

  /** Returns the path of a document's page. */
  private Path page(Path document) {
    String name = document.getFileName().toString().replaceFirst("\\.md$", ".html");
    return site.resolve(document)
        .resolveSibling(name.equals("README.html") ? "index.html" : name);
  }

  /** Leads from each page to one of the site. */
  private record MenuItem(String name, String page) {}
}
