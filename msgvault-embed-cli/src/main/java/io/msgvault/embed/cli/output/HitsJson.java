package io.msgvault.embed.cli.output;

import com.fasterxml.jackson.core.JsonGenerator;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchHit.SignalRank;
import io.msgvault.embed.search.SearchHit.Span;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.SearchStage;
import io.msgvault.embed.search.SignalState;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes hits as JSON. */
public final class HitsJson {
  private HitsJson() {}

  /**
   * Writes a result.
   *
   * @param offset how many better hits were skipped
   * @param weakBelow the score below which a hit is said to be weak
   * @param timings whether to write how long each stage took
   * @param headers the headers of the hits that still exist, by id
   */
  public static void write(
      SearchResult result,
      int offset,
      double weakBelow,
      boolean timings,
      Map<Long, MessageHeader> headers,
      PrintWriter out) {
    Json.write(out, of(result, offset, weakBelow, timings, headers));
  }

  /** Returns a result as JSON, with the arguments of {@link #write}. */
  public static Json.Content of(
      SearchResult result,
      int offset,
      double weakBelow,
      boolean timings,
      Map<Long, MessageHeader> headers) {
    return json -> writeResult(json, result, offset, weakBelow, timings, headers);
  }

  private static void writeResult(
      JsonGenerator json,
      SearchResult result,
      int offset,
      double weakBelow,
      boolean timings,
      Map<Long, MessageHeader> headers)
      throws IOException {
    json.writeStartObject();
    if (result.index().isPresent()) {
      SearchResult.Index index = result.index().get();
      json.writeNumberField("generation", index.generation().id());
      json.writeNumberField("live", index.coverage().live());
      json.writeNumberField("missing", index.coverage().missing());
    }
    writeSignal(json, "vector", result.vector());
    writeSignal(json, "keyword", result.keyword());
    writeSignal(json, "reranker", result.reranker());
    if (result.words().isPresent()) {
      json.writeBooleanField("words_complete", result.words().get().complete());
    }
    if (timings) {
      json.writeFieldName("times_ms");
      json.writeStartObject();
      for (SearchStage stage : SearchStage.values()) {
        if (result.times().containsKey(stage)) {
          json.writeNumberField(
              stage.name().toLowerCase(Locale.ROOT), result.times().get(stage).toNanos() / 1e6);
        }
      }
      json.writeEndObject();
    }
    json.writeFieldName("hits");
    json.writeStartArray();
    int rank = offset;
    for (SearchHit hit : result.hits()) {
      rank++;
      json.writeStartObject();
      json.writeNumberField("rank", rank);
      json.writeNumberField("score", hit.score());
      if (hit.score() < weakBelow) {
        json.writeBooleanField("weak", true);
      }
      writeHit(json, hit, Optional.ofNullable(headers.get(hit.messageId())));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeSignal(JsonGenerator json, String name, SignalState state)
      throws IOException {
    json.writeFieldName(name);
    json.writeStartObject();
    json.writeBooleanField("answered", state instanceof SignalState.Answered);
    if (state instanceof SignalState.Answered answered) {
      json.writeBooleanField("may_have_more", answered.mayHaveMore());
    } else if (state instanceof SignalState.Unavailable unavailable) {
      json.writeStringField("cause", ErrorHandler.message(unavailable.cause()));
    }
    json.writeEndObject();
  }

  private static void writeSignalRank(
      JsonGenerator json, String name, Optional<SignalRank> signalRank) throws IOException {
    if (signalRank.isPresent()) {
      json.writeFieldName(name);
      json.writeStartObject();
      json.writeNumberField("rank", signalRank.get().rank());
      json.writeNumberField("score", signalRank.get().score());
      json.writeEndObject();
    }
  }

  private static void writeHit(JsonGenerator json, SearchHit hit, Optional<MessageHeader> header)
      throws IOException {
    writeSignalRank(json, "vector", hit.vector());
    writeSignalRank(json, "keyword", hit.keyword());
    if (hit.reranked().isPresent()) {
      json.writeNumberField("reranked", hit.reranked().getAsDouble());
    }
    if (hit.others() > 0) {
      json.writeNumberField("others", hit.others());
    }
    json.writeNumberField("id", hit.messageId());
    if (header.isPresent()) {
      MessageJson.writeHeader(json, header.get());
    }
    json.writeFieldName("passages");
    json.writeStartArray();
    for (SearchHit.Passage passage : hit.passages()) {
      json.writeStartObject();
      json.writeStringField("form", passage.form().name().toLowerCase(Locale.ROOT));
      json.writeNumberField("start", passage.start());
      json.writeNumberField("end", passage.end());
      json.writeStringField("text", passage.text());
      json.writeFieldName("words");
      json.writeStartArray();
      for (Span word : passage.words()) {
        json.writeArray(new int[] {word.start(), word.end()}, 0, 2);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
