package io.msgvault.embed.cli.output;

import com.fasterxml.jackson.core.JsonGenerator;
import io.msgvault.embed.cli.mail.Mail.Address;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchHit.SignalRank;
import io.msgvault.embed.search.SearchHit.Span;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.SignalState;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes hits for programs. */
public final class HitsJson {
  private HitsJson() {}

  public static void write(
      SearchResult result, int offset, Map<Long, Envelope> envelopes, PrintWriter out) {
    Json.write(out, json -> writeResult(json, result, offset, envelopes));
  }

  private static void writeResult(
      JsonGenerator json, SearchResult result, int offset, Map<Long, Envelope> envelopes)
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
    json.writeFieldName("hits");
    json.writeStartArray();
    int rank = offset;
    for (SearchHit hit : result.hits()) {
      rank++;
      writeHit(json, rank, hit, Optional.ofNullable(envelopes.get(hit.messageId())));
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
      json.writeBooleanField("poolFull", answered.mayHaveMore());
    } else if (state instanceof SignalState.Unavailable unavailable) {
      json.writeStringField("cause", ErrorHandler.message(unavailable.cause()));
    }
    json.writeEndObject();
  }

  private static void writeSignalRank(
      JsonGenerator json, String name, Optional<SignalRank> standing) throws IOException {
    if (standing.isPresent()) {
      json.writeFieldName(name);
      json.writeStartObject();
      json.writeNumberField("rank", standing.get().rank());
      json.writeNumberField("score", standing.get().score());
      json.writeEndObject();
    }
  }

  private static void writeHit(
      JsonGenerator json, int rank, SearchHit hit, Optional<Envelope> envelope) throws IOException {
    json.writeStartObject();
    json.writeNumberField("rank", rank);
    json.writeNumberField("score", hit.score());
    writeSignalRank(json, "vector", hit.vector());
    writeSignalRank(json, "keyword", hit.keyword());
    json.writeNumberField("id", hit.messageId());
    if (envelope.isPresent()) {
      writeEnvelope(json, envelope.get());
    }
    if (hit.passage().isPresent()) {
      SearchHit.Passage passage = hit.passage().get();
      json.writeFieldName("passage");
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
    json.writeEndObject();
  }

  private static void writeEnvelope(JsonGenerator json, Envelope envelope) throws IOException {
    json.writeStringField("source", envelope.source());
    json.writeStringField("key", envelope.externalId());
    if (envelope.sentAt().isPresent()) {
      json.writeStringField("date", envelope.sentAt().get().toString());
    }
    if (envelope.sender().isPresent()) {
      Address sender = envelope.sender().get();
      json.writeFieldName("sender");
      json.writeStartObject();
      json.writeStringField("name", sender.name());
      json.writeStringField("address", sender.address());
      json.writeEndObject();
    }
    json.writeStringField("subject", envelope.subject());
    json.writeFieldName("labels");
    json.writeStartArray();
    for (String label : envelope.labels()) {
      json.writeString(label);
    }
    json.writeEndArray();
  }
}
