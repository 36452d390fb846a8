package io.msgvault.embed.cli.web;

import io.msgvault.embed.cli.output.Json;
import java.util.Locale;
import java.util.OptionalInt;

/** Ends a request with an error that has a code for programs and a message for people. */
final class ApiFailure extends RuntimeException {
  private final Code code;
  private final OptionalInt position;

  /** Names what went wrong. Programs may rely on the names, in lower case. */
  enum Code {
    /** A parameter or a path has a value that it can't have. */
    BAD_REQUEST(400),
    /** The question can't be read. */
    BAD_QUERY(400),
    /** The gate refused the request. */
    FORBIDDEN(403),
    /** There is no such message, conversation or path. */
    NOT_FOUND(404),
    /** The path has another method. */
    METHOD_NOT_ALLOWED(405),
    /** The conversation has too many messages. */
    TOO_LARGE(422),
    /** Something else failed. */
    INTERNAL(500),
    /** The index can't answer yet; the message names the remedy. */
    NOT_READY(503);

    private final int status;

    Code(int status) {
      this.status = status;
    }
  }

  ApiFailure(Code code, String message) {
    this(code, message, OptionalInt.empty());
  }

  /**
   * Creates a failure.
   *
   * @param position where in the question the error is
   */
  ApiFailure(Code code, String message, OptionalInt position) {
    super(message);
    this.code = code;
    this.position = position;
  }

  Answer answer() {
    byte[] json =
        Json.bytes(
            out -> {
              out.writeStartObject();
              out.writeObjectFieldStart("error");
              out.writeStringField("code", code.name().toLowerCase(Locale.ROOT));
              out.writeStringField("message", getMessage());
              if (position.isPresent()) {
                out.writeNumberField("position", position.getAsInt());
              }
              out.writeEndObject();
              out.writeEndObject();
            });
    return new Answer(code.status, Answer.JSON, json);
  }
}
