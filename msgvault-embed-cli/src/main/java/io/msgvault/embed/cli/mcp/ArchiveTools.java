package io.msgvault.embed.cli.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.cli.mcp.ToolCall.Refusal;
import io.msgvault.embed.cli.output.Json;
import io.msgvault.embed.cli.output.StatusJson;
import io.msgvault.embed.cli.reading.ArchiveReader;
import io.msgvault.embed.cli.reading.MessageText;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.store.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Answers the calls of an assistant. Nothing here changes the archive. */
final class ArchiveTools {
  /** The most characters of an answer's list; a text has a bound of its own. */
  static final int MAX_ANSWER = 16_000;

  private static final int MAX_TEXT = 20_000;
  private static final int MAX_PASSAGE = 600;
  private static final int MAX_NAMES = 20;
  private static final int MAX_CONVERSATION_ID = 500;

  private final ArchiveReader reader;
  private final ZoneId zone;

  ArchiveTools(ArchiveReader reader, ZoneId zone) {
    this.reader = reader;
    this.zone = zone;
  }

  String searchMessages(ToolCall call) {
    SearchRequest request =
        SearchRequest.parse(call.text("query"), zone)
            .withMode(call.choice("mode", SearchMode.class, SearchMode.HYBRID))
            .withSort(call.choice("sort", SearchRequest.Sort.class, SearchRequest.Sort.RELEVANCE))
            .withLimit(call.number("limit", 1, 50, 10))
            .withOffset(call.number("offset", 0, 1_000, 0));
    return hits(reader.search(request));
  }

  String findSimilar(ToolCall call) {
    MessageHeader header = header(call);
    return hits(reader.similarTo(header.id(), call.number("limit", 1, 50, 10)));
  }

  String getMessage(ToolCall call) {
    MessageHeader header = header(call);
    Message message = reader.message(header.id()).orElseThrow(() -> noMessage(header.id()));
    String text = UntrustedText.lines(MessageText.of(message));
    int offset =
        MessageText.boundary(text, call.number("offset", 0, MessageText.MAX_CHARACTERS, 0));
    int end =
        MessageText.boundary(text, offset + call.number("max_characters", 2, MAX_TEXT, 8_000));
    return framed(
        json -> {
          json.writeStartObject();
          writeHeader(json, header);
          writePeople(json, "to", header.to());
          writePeople(json, "cc", header.cc());
          writeFields(json, "attachments", header.attachments());
          json.writeNumberField("characters", text.length());
          json.writeNumberField("offset", offset);
          if (end < text.length()) {
            json.writeNumberField("next_offset", end);
          }
          json.writeStringField("text", text.substring(offset, end));
          json.writeEndObject();
        });
  }

  String getConversation(ToolCall call) {
    String id = call.text("id");
    List<MessageHeader> all =
        reader
            .conversation(id)
            .orElseThrow(
                () -> new Refusal("the conversation is too long: search for a part of it"));
    if (all.isEmpty()) {
      throw new Refusal("there is no such conversation: take the field conversation of a message");
    }
    int offset = call.number("offset", 0, ArchiveReader.MAX_CONVERSATION, 0);
    List<Json.Content> entries = new ArrayList<>();
    all.stream()
        .skip(offset)
        .limit(call.number("limit", 1, 100, 50))
        .forEach(header -> entries.add(json -> writeHeader(json, header)));
    return list("messages", entries, json -> json.writeNumberField("total", all.size()));
  }

  String getStats(ToolCall call) {
    return string(StatusJson.of(reader.status(), reader.wordsProblem()));
  }

  private MessageHeader header(ToolCall call) {
    long id = call.id("id");
    return reader.header(id).orElseThrow(() -> noMessage(id));
  }

  private static Refusal noMessage(long id) {
    return new Refusal("message " + id + " does not exist: take the id of a hit");
  }

  private String hits(SearchResult result) {
    Map<Long, MessageHeader> headers = reader.headers(result);
    List<Json.Content> entries = new ArrayList<>();
    for (SearchHit hit : result.hits()) {
      MessageHeader header = headers.get(hit.messageId());
      if (header != null) {
        entries.add(
            json -> {
              writeHeader(json, header);
              json.writeNumberField("score", Math.round(hit.score() * 1_000) / 1_000.0);
              if (hit.passage().isPresent()) {
                String passage = UntrustedText.lines(hit.passage().get().text());
                json.writeStringField("passage", UntrustedText.cut(passage, MAX_PASSAGE));
              }
            });
      }
    }
    long missing = result.index().map(index -> index.coverage().missing()).orElse(0L);
    return list(
        "hits",
        entries,
        json -> {
          if (missing > 0) {
            json.writeNumberField("messages_not_in_the_index_yet", missing);
          }
        });
  }

  /** Writes as many entries as fit an answer, and says how many are left out. */
  private static String list(String name, List<Json.Content> entries, Json.Content more) {
    List<String> written = new ArrayList<>();
    int room = MAX_ANSWER;
    for (Json.Content entry : entries) {
      String text =
          string(
              json -> {
                json.writeStartObject();
                entry.writeTo(json);
                json.writeEndObject();
              });
      room -= text.length();
      if (room < 0) {
        break;
      }
      written.add(text);
    }
    return framed(
        json -> {
          json.writeStartObject();
          more.writeTo(json);
          if (written.size() < entries.size()) {
            json.writeNumberField("left_out", entries.size() - written.size());
          }
          json.writeArrayFieldStart(name);
          for (String text : written) {
            json.writeRawValue(text);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void writeHeader(JsonGenerator json, MessageHeader header) throws IOException {
    json.writeNumberField("id", header.id());
    if (header.sentAt().isPresent()) {
      json.writeStringField("date", header.sentAt().get().toString());
    }
    if (header.sender().isPresent()) {
      json.writeStringField("from", person(header.sender().get()));
    }
    json.writeStringField("subject", UntrustedText.field(header.subject()));
    // It must come back as it is, so it is left out where it is too long to be shown.
    if (header.conversation().filter(id -> id.length() <= MAX_CONVERSATION_ID).isPresent()) {
      json.writeStringField("conversation", header.conversation().get());
    }
    json.writeStringField("source", UntrustedText.field(header.source()));
    writeFields(json, "labels", header.labels());
  }

  private static void writePeople(JsonGenerator json, String name, List<Participant> people)
      throws IOException {
    writeFields(json, name, people.stream().map(ArchiveTools::person).toList());
  }

  private static String person(Participant participant) {
    return UntrustedText.field(
        participant.name().isBlank()
            ? participant.address()
            : participant.name() + " <" + participant.address() + ">");
  }

  private static void writeFields(JsonGenerator json, String name, Collection<String> values)
      throws IOException {
    if (values.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart(name);
    for (String value : values.stream().limit(MAX_NAMES).toList()) {
      json.writeString(UntrustedText.field(value));
    }
    json.writeEndArray();
  }

  private static String framed(Json.Content content) {
    return UntrustedText.frame(string(content));
  }

  private static String string(Json.Content content) {
    return new String(Json.bytes(content), StandardCharsets.UTF_8);
  }
}
