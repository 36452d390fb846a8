package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.cli.command.EmbedderFactory;
import io.msgvault.embed.cli.command.ModelOptions;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.Embedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command over a database: {@code dev/postgres run mvn verify} provides one. */
class PostgresTest {
  private static final Path SAMPLE = Path.of("..", "dev", "sample");
  private static final Pattern HIT =
      Pattern.compile("(?s)\"score\" : ([-0-9.E]+).*?\"external_id\" : \"(.*?)\"");
  private static final double SAME_SCORE = 1e-4;

  /** The share by which a score may differ: an index may round long lengths (WI-8). */
  private static final double LENGTH_ROUNDING = 0.125;

  private final TestSchema schema = TestSchema.create();
  @TempDir private Path folder;
  private Cli files = new Cli(Path.of(""));
  private Cli database = new Cli(Path.of(""));

  @BeforeEach
  void open() {
    files = new Cli(folder);
    database = new Cli(folder).database(schema.url());
  }

  @AfterEach
  void drop() throws SQLException {
    schema.close();
  }

  @Test
  void hitsEqualThoseOfSqlite() throws IOException {
    Supplier<Embedder> model = () -> EmbedderFactory.DEFAULT.open(new ModelOptions());
    for (Cli cli : List.of(files.embedder(model), database.embedder(model))) {
      cli.ok("import", SAMPLE.resolve("sample.mbox").toString());
      cli.ok("embeddings", "build");
    }
    assertEquals(
        counts(files.ok("embeddings", "--json")), counts(database.ok("embeddings", "--json")));
    for (String line : Files.readAllLines(SAMPLE.resolve("questions.txt"))) {
      String question = line.split("\t", 2)[0];
      for (List<String> filter :
          List.of(
              List.of("--mode", "vector"),
              List.of("--mode", "keyword"),
              List.of("--mode", "hybrid"),
              List.of("--sender", "idris@lamprock.example"),
              List.of("--subject", "RE:"),
              List.of("--since", "2025-06-01", "--until", "2026-02-01"))) {
        List<String> search = new ArrayList<>(List.of("search", "--json", "-k", "20", question));
        search.addAll(filter);
        assertSameHits(
            files.ok(search.toArray(String[]::new)),
            database.ok(search.toArray(String[]::new)),
            search);
      }
    }
    assertEquals(files.ok("show", "7"), database.ok("show", "7"));
    assertSameHits(
        files.ok("similar", "7", "--json"), database.ok("similar", "7", "--json"), List.of());
  }

  private record Hit(double score, String externalId) {}

  /** Hits whose scores are nearly the same may stand in any order, and fall off the end. */
  private static void assertSameHits(String expected, String actual, List<String> search) {
    List<Hit> inFiles = hits(expected);
    List<Hit> inDatabase = hits(actual);
    String message = search + ": " + inFiles + " and " + inDatabase;
    assertEquals(inFiles.size(), inDatabase.size(), message);
    for (int i = 0; i < inFiles.size(); i++) {
      Hit hit = inFiles.get(i);
      double same = SAME_SCORE + LENGTH_ROUNDING * Math.abs(hit.score);
      assertEquals(hit.score, inDatabase.get(i).score, same, message);
      boolean last = hit.score - inFiles.get(inFiles.size() - 1).score <= same;
      assertTrue(
          last
              || inDatabase.stream()
                  .anyMatch(
                      other ->
                          other.externalId.equals(hit.externalId)
                              && Math.abs(other.score - hit.score) <= same),
          message);
    }
  }

  private static List<Hit> hits(String json) {
    List<Hit> hits = new ArrayList<>();
    for (Matcher hit = HIT.matcher(json); hit.find(); ) {
      hits.add(new Hit(Double.parseDouble(hit.group(1)), hit.group(2)));
    }
    return hits;
  }

  /** The status without its times. */
  private static List<String> counts(String status) {
    return status
        .lines()
        .filter(line -> !line.matches(".*(\\d:\\d\\d|econds|ended|rate).*"))
        .toList();
  }

  @Test
  void commandsWorkOnDatabase() throws IOException {
    assertEquals(ExitCode.NOT_READY, database.run("search", "text").exitCode());
    String mbox = database.write("in.mbox", SampleMail.mbox(10)).toString();
    assertTrue(database.ok("import", mbox).startsWith("imported 10 new"));
    assertTrue(database.ok("import", mbox).contains("10 unchanged"));
    assertTrue(database.ok("embeddings").endsWith("missing 10\n"));
    assertTrue(database.ok("embeddings", "build").contains("10 embedded"));
    database.write("in.mbox", SampleMail.mbox(10).replace("word3", "otter\nX"));
    assertTrue(database.ok("import", mbox).contains("1 changed, 9 unchanged"));
    assertTrue(database.ok("embeddings", "build").contains("1 embedded"));
    assertTrue(database.ok("search", "-k", "1", "otter").contains("  number 3\n"));
    assertTrue(database.ok("embeddings", "build", "--rebuild").contains("it is now active"));
    assertTrue(database.ok("embeddings", "verify").contains("0"));
    database.ok("embeddings", "repair", "1");
    database.ok("embeddings", "retire", "2", "--force");
    Cli.Result unsearchable = database.run("search", "--mode", "vector", "otter");
    assertEquals(ExitCode.NOT_READY, unsearchable.exitCode(), unsearchable::toString);
  }

  @Test
  void passwordIsNeverShown() {
    String wrong = schema.server.replaceAll("password=[^&]*", "password=SeCrEt");
    for (String url :
        List.of(
            wrong,
            wrong.replaceAll("//[^/]*/", "//127.0.0.1:1/"),
            wrong.replaceAll("//[^/]*/", "//msgvault:SeCrEt@127.0.0.1/"),
            "jdbc:postgresql:?%password=SeCrEt",
            "postgresql://msgvault:SeCrEt@localhost/mail",
            "jdbc:other://msgvault:SeCrEt@localhost/mail")) {
      Cli.Result result = new Cli(folder).database(url).run("embeddings", "--verbose");
      assertTrue(
          List.of(ExitCode.FAILED, ExitCode.USAGE).contains(result.exitCode()), result::toString);
      assertFalse(result.toString().contains("SeCrEt"), result::toString);
      assertTrue(result.err().startsWith("msgvault-embed: "), result::toString);
    }
  }

  @Test
  void missingDatabaseFeatureIsReported() throws SQLException, IOException {
    String mbox = database.write("in.mbox", SampleMail.mbox(1)).toString();
    schema.execute(
        "CREATE DATABASE " + schema.name,
        "CREATE ROLE %s LOGIN PASSWORD 'secret'".formatted(schema.name));
    try {
      Cli bare =
          new Cli(folder).database(schema.server.replaceAll("(//[^/]*/)[^?]*", "$1" + schema.name));
      Cli.Result refusal = bare.run("import", mbox);
      assertEquals(ExitCode.FAILED, refusal.exitCode());
      assertTrue(refusal.err().contains("CREATE EXTENSION vector"), refusal::toString);
      Cli weak =
          new Cli(folder)
              .database(
                  schema
                      .url()
                      .replaceAll("user=[^&]*", "user=" + schema.name)
                      .replaceAll("password=[^&]*", "password=secret"));
      Cli.Result weakness = weak.run("import", mbox);
      assertEquals(ExitCode.FAILED, weakness.exitCode());
      assertTrue(weakness.err().contains("lacks a privilege"), weakness::toString);
    } finally {
      schema.execute(
          "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(schema.name),
          "DROP ROLE IF EXISTS " + schema.name);
    }
  }
}
