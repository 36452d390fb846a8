package io.msgvault.embed.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.msgvault.embed.Coverage;
import io.msgvault.embed.cli.mail.Mail.Address;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;

/** Writes hits for programs. */
final class HitsJson {
  private HitsJson() {}

  static void write(SearchResult result, Map<Long, Envelope> envelopes, PrintWriter out) {
    Json.write(out, json -> result(json, result, envelopes));
  }

  private static void result(JsonGenerator json, SearchResult result, Map<Long, Envelope> envelopes)
      throws IOException {
    Coverage coverage = result.coverage();
    json.writeStartObject();
    json.writeNumberField("generation", result.generation().id());
    json.writeNumberField("live", coverage.live());
    json.writeNumberField("missing", coverage.missing());
    json.writeFieldName("hits");
    json.writeStartArray();
    int rank = 0;
    for (SearchHit hit : result.hits()) {
      rank++;
      hit(json, rank, hit, Optional.ofNullable(envelopes.get(hit.messageId())));
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void hit(JsonGenerator json, int rank, SearchHit hit, Optional<Envelope> envelope)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("rank", rank);
    json.writeNumberField("score", hit.score());
    json.writeNumberField("id", hit.messageId());
    if (envelope.isPresent()) {
      envelope(json, envelope.get());
    }
    if (hit.passage().isPresent()) {
      SearchHit.Passage passage = hit.passage().get();
      json.writeFieldName("passage");
      json.writeStartObject();
      json.writeNumberField("start", passage.start());
      json.writeNumberField("end", passage.end());
      json.writeStringField("text", passage.text());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void envelope(JsonGenerator json, Envelope envelope) throws IOException {
    json.writeStringField("source", envelope.source());
    json.writeStringField("key", envelope.key());
    if (envelope.sent().isPresent()) {
      json.writeStringField("date", envelope.sent().get().toString());
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
