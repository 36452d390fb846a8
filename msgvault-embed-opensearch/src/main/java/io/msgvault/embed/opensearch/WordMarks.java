package io.msgvault.embed.opensearch;

import io.msgvault.embed.model.ArchiveMismatchException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** What an index of words notes of itself, in a document of its own: its archive and last run. */
final class WordMarks {
  /** The field of the document that has the marks. */
  static final String FIELD = "marks";

  private static final String DOCUMENT = "marks";
  private static final int CONFLICT = 409;

  private final Cluster cluster;
  private final WordDocuments documents;

  WordMarks(Cluster cluster, WordDocuments documents) {
    this.cluster = cluster;
    this.documents = documents;
  }

  /** The marks, and the condition under which they are still these. */
  record Marks(Optional<UUID> archive, OptionalLong lastRun, String condition) {
    Marks withArchive(UUID archive) {
      return new Marks(Optional.of(archive), lastRun, condition);
    }

    Marks withLastRun(long run) {
      return new Marks(archive, OptionalLong.of(run), condition);
    }

    private Map<String, ?> document() {
      Map<String, Object> marks = new LinkedHashMap<>();
      archive.ifPresent(id -> marks.put("archive", id.toString()));
      lastRun.ifPresent(run -> marks.put("lastRun", run));
      return Map.of(FIELD, marks);
    }
  }

  Marks read() {
    Cluster.Answer answer = cluster.send("GET", "/" + documents.all() + "/_doc/" + DOCUMENT);
    if (answer.isMissing()) {
      if (answer.body().get("error").isPresent()) {
        throw documents.notInstalled();
      }
      return new Marks(Optional.empty(), OptionalLong.empty(), "op_type=create");
    }
    Json document = cluster.requireOk(answer).body();
    Json marks = document.get("_source", FIELD);
    return new Marks(
        marks.get("archive").text().map(UUID::fromString),
        marks.get("lastRun").isPresent()
            ? OptionalLong.of(marks.get("lastRun").asLong())
            : OptionalLong.empty(),
        "if_seq_no="
            + document.get("_seq_no").asLong()
            + "&if_primary_term="
            + document.get("_primary_term").asLong());
  }

  void bind(UUID archive) {
    change(
        marks -> {
          UUID bound = marks.archive().orElse(archive);
          if (!bound.equals(archive)) {
            throw new ArchiveMismatchException(bound, archive);
          }
          return marks.withArchive(archive);
        });
  }

  void recordRun(long run) {
    change(marks -> marks.withLastRun(run));
  }

  /** Changes the marks, again where another instance has changed them in the meantime. */
  private void change(UnaryOperator<Marks> change) {
    int status = CONFLICT;
    while (status == CONFLICT) {
      Marks before = read();
      Marks after = change.apply(before);
      if (after.equals(before)) {
        return;
      }
      Cluster.Answer answer =
          cluster.send(
              "PUT",
              "/"
                  + documents.all()
                  + "/_doc/"
                  + DOCUMENT
                  + "?require_alias=true&"
                  + before.condition(),
              after.document());
      status = answer.status();
      if (answer.isMissing()) {
        throw documents.notInstalled();
      }
      if (status != CONFLICT) {
        cluster.requireOk(answer);
      }
    }
  }
}
