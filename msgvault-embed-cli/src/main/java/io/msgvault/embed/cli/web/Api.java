package io.msgvault.embed.cli.web;

import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.cli.output.HitsJson;
import io.msgvault.embed.cli.output.MessageJson;
import io.msgvault.embed.cli.output.StatusJson;
import io.msgvault.embed.cli.reading.ArchiveReader;
import io.msgvault.embed.cli.reading.CachedMap;
import io.msgvault.embed.cli.reading.MessageText;
import io.msgvault.embed.cli.web.ApiFailure.Code;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.SearchSyntaxException;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.Rejection;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Answers the requests below {@code /api/v1}, as {@code openapi.json} describes them. */
final class Api {
  private static final int MAX_HITS = 200;
  private static final int MAX_PAGE = 200;
  private static final int MAX_TEXT = 200_000;
  private static final double WEAK_BELOW = 0.3;

  private final ArchiveReader reader;
  private final CachedMap map;
  private final LongSupplier retryRejected;
  private final ZoneId zone;

  /** Names a path, in which segments in braces stand for any text, and what answers it. */
  record Route(String method, List<String> path, Function<Request, Answer> handler) {
    boolean leadsTo(List<String> other) {
      if (path.size() != other.size()) {
        return false;
      }
      for (int i = 0; i < path.size(); i++) {
        if (!path.get(i).startsWith("{") && !path.get(i).equals(other.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Creates the API.
   *
   * @param retryRejected marks rejected messages for another try and returns their number
   */
  Api(ArchiveReader reader, CachedMap map, LongSupplier retryRejected, ZoneId zone) {
    this.reader = reader;
    this.map = map;
    this.retryRejected = retryRejected;
    this.zone = zone;
  }

  /** Returns all that this answers. */
  List<Route> routes() {
    return List.of(
        get("openapi.json", request -> Answer.json(Assets.read("openapi.json"))),
        get("stats", request -> stats()),
        get("search", this::search),
        get("messages/{id}", this::message),
        get("messages/{id}/html", this::html),
        get("messages/{id}/similar", this::similar),
        get("conversations/{id}", this::conversation),
        get("map", request -> Answer.json(map.json())),
        get("rejections", this::rejections),
        new Route("POST", List.of("rejections", "retry"), request -> retry()));
  }

  private static Route get(String path, Function<Request, Answer> handler) {
    return new Route("GET", List.of(path.split("/", -1)), handler);
  }

  private Answer stats() {
    return Answer.json(StatusJson.of(reader.status(), reader.wordsProblem()));
  }

  private Answer search(Request request) {
    int offset = request.number("offset", 0, SearchRequest.MAX_OFFSET, 0);
    SearchRequest parsed =
        parse(request)
            .withMode(request.choice("mode", SearchMode.class, SearchMode.HYBRID))
            .withSort(
                request.choice("sort", SearchRequest.Sort.class, SearchRequest.Sort.RELEVANCE))
            .withCollapsed(request.flag("collapse"))
            .withPassages(request.number("passages", 0, SearchRequest.MAX_PASSAGES, 1))
            .withOffset(offset)
            .withLimit(request.number("limit", 1, MAX_HITS, 20));
    return hits(reader.search(parsed), offset, Double.NEGATIVE_INFINITY);
  }

  private SearchRequest parse(Request request) {
    String query =
        request
            .text("q")
            .orElseThrow(() -> new ApiFailure(Code.BAD_REQUEST, "q, the question, is missing"));
    try {
      return SearchRequest.parse(query, zone);
    } catch (SearchSyntaxException e) {
      throw new ApiFailure(
          Code.BAD_QUERY, String.valueOf(e.getMessage()), OptionalInt.of(e.offset()));
    }
  }

  private Answer similar(Request request) {
    long id = header(request).id();
    return hits(reader.similarTo(id, request.number("limit", 1, MAX_HITS, 20)), 0, WEAK_BELOW);
  }

  private Answer hits(SearchResult result, int offset, double weakBelow) {
    return Answer.json(HitsJson.of(result, offset, weakBelow, true, reader.headers(result)));
  }

  private Answer message(Request request) {
    MessageHeader header = header(request);
    Message message = content(header.id());
    String text = MessageText.of(message);
    int offset = request.number("offset", 0, MessageText.MAX_CHARACTERS, 0);
    int from = MessageText.boundary(text, offset);
    int to = MessageText.boundary(text, from + MAX_TEXT);
    return Answer.json(
        json -> {
          json.writeStartObject();
          MessageJson.writeFields(json, header);
          json.writeBooleanField("html", !message.html().isBlank());
          json.writeBooleanField("truncated", message.truncated());
          json.writeNumberField("offset", from);
          json.writeNumberField("characters", text.length());
          json.writeStringField("text", text.substring(from, to));
          json.writeEndObject();
        });
  }

  private Answer html(Request request) {
    Message message = content(header(request).id());
    if (message.html().isBlank()) {
      throw new ApiFailure(Code.NOT_FOUND, "the message has no HTML");
    }
    return MailFrame.of(message.html());
  }

  private MessageHeader header(Request request) {
    long id = request.id(1);
    return reader.header(id).orElseThrow(() -> noMessage(id));
  }

  private Message content(long id) {
    return reader.message(id).orElseThrow(() -> noMessage(id));
  }

  private static ApiFailure noMessage(long id) {
    return new ApiFailure(Code.NOT_FOUND, "message " + id + " does not exist");
  }

  private Answer conversation(Request request) {
    List<MessageHeader> all =
        reader
            .conversation(request.path().get(1))
            .orElseThrow(
                () ->
                    new ApiFailure(
                        Code.TOO_LARGE,
                        "the conversation has more than "
                            + ArchiveReader.MAX_CONVERSATION
                            + " messages: search it with conversation:ID"));
    if (all.isEmpty()) {
      throw new ApiFailure(Code.NOT_FOUND, "there is no such conversation");
    }
    int offset = request.number("offset", 0, ArchiveReader.MAX_CONVERSATION, 0);
    int limit = request.number("limit", 1, MAX_PAGE, MAX_PAGE);
    return Answer.json(
        json -> {
          json.writeStartObject();
          json.writeStringField("id", request.path().get(1));
          json.writeNumberField("total", all.size());
          json.writeArrayFieldStart("messages");
          for (MessageHeader header : all.stream().skip(offset).limit(limit).toList()) {
            json.writeStartObject();
            MessageJson.writeFields(json, header);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private Answer rejections(Request request) {
    List<Rejection> found =
        reader.rejections(request.idAfter("after"), request.number("limit", 1, MAX_PAGE, 50));
    List<MessageHeader> headers =
        reader.backend().headers(found.stream().map(Rejection::messageId).toList());
    return Answer.json(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("rejections");
          for (Rejection rejection : found) {
            json.writeStartObject();
            json.writeNumberField("id", rejection.messageId());
            json.writeStringField("reason", rejection.reason());
            for (MessageHeader header : headers) {
              if (header.id() == rejection.messageId()) {
                json.writeStringField("subject", header.subject());
              }
            }
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private Answer retry() {
    long marked = retryRejected.getAsLong();
    return Answer.json(
        json -> {
          json.writeStartObject();
          json.writeNumberField("marked", marked);
          json.writeEndObject();
        });
  }
}
