package io.msgvault.embed.cli.output;

import io.msgvault.embed.Estimate;
import io.msgvault.embed.embedder.TokenSource;
import java.util.Locale;

/** Prints what a build would embed. */
public final class EstimateReport {
  private EstimateReport() {}

  /** Prints an estimate for a person. */
  public static void write(Estimate estimate, Console console) {
    console.say(
        Console.count(estimate.messages(), "message", "messages")
            + " to embed, in "
            + Console.count(estimate.chunks(), "chunk", "chunks")
            + ": "
            + Console.count(estimate.requests(), "request", "requests")
            + ", "
            + Console.count(estimate.tokens(), "token", "tokens")
            + (estimate.tokenSource() == TokenSource.COUNTED
                ? ""
                : " (estimated from the length of the texts)"));
    if (estimate.reused() > 0) {
      console.say(
          Console.count(estimate.reused(), "message keeps its", "messages keep their")
              + " vectors, because the text has not changed");
    }
    if (estimate.blank() > 0) {
      console.say(
          Console.count(estimate.blank(), "message has", "messages have") + " nothing to embed");
    }
  }

  /** Writes an estimate as JSON. */
  public static void writeJson(Estimate estimate, Console console) {
    Json.write(
        console.out(),
        json -> {
          json.writeStartObject();
          json.writeNumberField("messages", estimate.messages());
          json.writeNumberField("blank", estimate.blank());
          json.writeNumberField("reused", estimate.reused());
          json.writeNumberField("chunks", estimate.chunks());
          json.writeNumberField("requests", estimate.requests());
          json.writeNumberField("tokens", estimate.tokens());
          json.writeStringField(
              "token_source", estimate.tokenSource().name().toLowerCase(Locale.ROOT));
          json.writeEndObject();
        });
  }
}
