package io.msgvault.embed.cli.output;

import com.fasterxml.jackson.core.JsonGenerator;
import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.IndexStatus.GenerationStatus;
import io.msgvault.embed.IndexStatus.Problem;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.WordCoverage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes the state of an index as JSON. A part that could not be read is null, and {@code problems}
 * says why.
 */
public final class StatusJson {
  private final JsonGenerator json;

  private StatusJson(JsonGenerator json) {
    this.json = json;
  }

  /**
   * Writes a status.
   *
   * @param wordsProblem why the words can't be used; empty if they can
   */
  public static void write(IndexStatus status, Optional<String> wordsProblem, PrintWriter out) {
    Json.write(out, of(status, wordsProblem));
  }

  /**
   * Returns a status as JSON.
   *
   * @param wordsProblem why the words can't be used; empty if they can
   */
  public static Json.Content of(IndexStatus status, Optional<String> wordsProblem) {
    return json -> new StatusJson(json).writeStatus(status, wordsProblem);
  }

  private void writeStatus(IndexStatus status, Optional<String> wordsProblem) throws IOException {
    json.writeStartObject();
    writeGeneration("active_generation", status.active());
    writeGeneration("building_generation", status.building());
    writeNumber("missing_embeddings_total", status.missing());
    writeWords(status.words());
    json.writeFieldName("runs");
    json.writeStartArray();
    for (RunRecord run : status.runs()) {
      writeRun(run);
    }
    json.writeEndArray();
    json.writeFieldName("problems");
    json.writeStartArray();
    for (Problem problem : status.problems()) {
      json.writeString(problem.part().name().toLowerCase(Locale.ROOT) + ": " + problem.reason());
    }
    if (wordsProblem.isPresent()) {
      json.writeString("words: " + wordsProblem.get());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeWords(Optional<WordCoverage> found) throws IOException {
    json.writeFieldName("words");
    if (found.isEmpty()) {
      json.writeNull();
      return;
    }
    WordCoverage words = found.get();
    json.writeStartObject();
    json.writeNumberField("messages", words.indexed());
    json.writeNumberField("live", words.live());
    json.writeBooleanField("current", words.current());
    json.writeBooleanField("complete", words.complete());
    json.writeEndObject();
  }

  private void writeGeneration(String field, Optional<GenerationStatus> found) throws IOException {
    json.writeFieldName(field);
    if (found.isEmpty()) {
      json.writeNull();
      return;
    }
    GenerationStatus status = found.get();
    Generation generation = status.generation();
    json.writeStartObject();
    json.writeNumberField("id", generation.id());
    json.writeStringField("state", generation.state().name().toLowerCase(Locale.ROOT));
    json.writeStringField("model", generation.fingerprint().model());
    json.writeNumberField("dimension", generation.fingerprint().dimension());
    json.writeStringField("text_policy", generation.fingerprint().text());
    json.writeStringField("scope", generation.fingerprint().scope().toString());
    json.writeStringField("created", generation.created().toString());
    writeText("activated", generation.activated().map(Object::toString));
    writeText("last_backstop", generation.lastBackstop().map(Object::toString));
    Optional<Coverage> coverage = status.coverage();
    json.writeFieldName("progress");
    if (coverage.isPresent()) {
      json.writeNumber(coverage.get().progress());
    } else {
      json.writeNull();
    }
    writeNumber("live", coverage.map(Coverage::live));
    writeNumber("embedded", coverage.map(Coverage::embedded));
    writeNumber("blank", coverage.map(Coverage::blank));
    writeNumber("rejected", coverage.map(Coverage::rejected));
    writeNumber("missing", coverage.map(Coverage::missing));
    Optional<IndexSize> size = status.size();
    writeNumber("messages", size.map(IndexSize::messages));
    writeNumber("vectors", size.map(IndexSize::chunks));
    json.writeEndObject();
  }

  private void writeRun(RunRecord run) throws IOException {
    RunCounts counts = run.counts();
    json.writeStartObject();
    json.writeNumberField("id", run.id());
    json.writeNumberField("generation", run.generation());
    json.writeBooleanField("backstop", run.kind() == RunKind.BACKSTOP);
    json.writeStringField("started", run.started().toString());
    writeText("ended", run.ended().map(Object::toString));
    json.writeStringField("status", run.status().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("scanned", counts.scanned());
    json.writeNumberField("embedded", counts.embedded());
    json.writeNumberField("blank", counts.blank());
    json.writeNumberField("rejected", counts.rejected());
    json.writeNumberField("missed", counts.missed());
    json.writeNumberField("failed", counts.failed());
    json.writeNumberField("reused", counts.reused());
    json.writeNumberField("requests", counts.requests());
    json.writeNumberField("tokens", counts.tokens());
    json.writeNumberField("unstamped", counts.unstamped());
    json.writeNumberField("orphans", counts.orphans());
    json.writeStringField("detail", run.detail());
    json.writeEndObject();
  }

  private void writeNumber(String field, Optional<Long> number) throws IOException {
    json.writeFieldName(field);
    if (number.isPresent()) {
      json.writeNumber(number.get());
    } else {
      json.writeNull();
    }
  }

  private void writeText(String field, Optional<String> text) throws IOException {
    json.writeFieldName(field);
    if (text.isPresent()) {
      json.writeString(text.get());
    } else {
      json.writeNull();
    }
  }
}
