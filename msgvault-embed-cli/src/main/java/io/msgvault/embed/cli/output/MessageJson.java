package io.msgvault.embed.cli.output;

import com.fasterxml.jackson.core.JsonGenerator;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.Participant;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;

/** Writes a message as JSON. */
public final class MessageJson {
  private MessageJson() {}

  /**
   * Writes a message.
   *
   * @param text its text as a reader sees it
   */
  public static void write(MessageHeader header, String text, PrintWriter out) {
    Json.write(
        out,
        json -> {
          json.writeStartObject();
          writeFields(json, header);
          json.writeStringField("text", text);
          json.writeEndObject();
        });
  }

  /** Writes all that is known of a message besides its text, as fields of an object. */
  public static void writeFields(JsonGenerator json, MessageHeader header) throws IOException {
    json.writeNumberField("id", header.id());
    writeHeader(json, header);
    writeParticipants(json, "to", header.to());
    writeParticipants(json, "cc", header.cc());
    writeParticipants(json, "bcc", header.bcc());
    writeStrings(json, "attachments", header.attachments());
  }

  /** Writes the fields that tell a message from others. */
  static void writeHeader(JsonGenerator json, MessageHeader header) throws IOException {
    json.writeStringField("source", header.source());
    json.writeStringField("external_id", header.externalId());
    if (header.sentAt().isPresent()) {
      json.writeStringField("date", header.sentAt().get().toString());
    }
    if (header.sender().isPresent()) {
      json.writeFieldName("sender");
      writeParticipant(json, header.sender().get());
    }
    if (header.conversation().isPresent()) {
      json.writeStringField("conversation", header.conversation().get());
    }
    json.writeStringField("subject", header.subject());
    writeStrings(json, "labels", header.labels());
  }

  private static void writeParticipants(
      JsonGenerator json, String name, List<Participant> participants) throws IOException {
    json.writeFieldName(name);
    json.writeStartArray();
    for (Participant participant : participants) {
      writeParticipant(json, participant);
    }
    json.writeEndArray();
  }

  private static void writeParticipant(JsonGenerator json, Participant participant)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", participant.name());
    json.writeStringField("address", participant.address());
    json.writeEndObject();
  }

  private static void writeStrings(JsonGenerator json, String name, Collection<String> values)
      throws IOException {
    json.writeFieldName(name);
    json.writeStartArray();
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
