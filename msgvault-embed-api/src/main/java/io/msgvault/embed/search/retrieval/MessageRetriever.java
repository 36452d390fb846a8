package io.msgvault.embed.search.retrieval;

import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.search.SearchHit.TextForm;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.text.ReadableText;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Finds the texts that a language model needs to answer a question.
 *
 * <pre>{@code
 * MessageRetriever retriever =
 *     MessageRetriever.builder(searcher, messages)
 *         .request(request -> request.withLimit(5).withMinScore(0.2))
 *         .extent(TextExtent.around(500))
 *         .build();
 * for (RetrievedText found : retriever.retrieve("who paid for the boiler?")) {
 *   prompt.append(found.metadata()).append('\n').append(found.text());
 * }
 * }</pre>
 *
 * <p>The texts come best first, one for each hit. A hit without a passage gives the beginning of
 * its message. A message that is gone by the time its text is read is left out, and so is one
 * without any text.
 *
 * <p>Safe for use by many threads. It owns neither the searcher nor the store.
 */
public final class MessageRetriever {
  /** Bounds the messages that are in memory at once, because bodies may be long. */
  private static final int PAGE = 20;

  /** The length of what stands for a passage where there is none. */
  private static final int BEGINNING = 1_000;

  private final Searcher searcher;
  private final MessageStore messages;
  private final UnaryOperator<SearchRequest> request;
  private final TextExtent extent;
  private final TextPolicy policy;
  private final TextPreparer prepared;
  private final ReadableText.Factory readable;

  private MessageRetriever(Builder builder) {
    searcher = builder.searcher;
    messages = builder.messages;
    request = builder.request;
    extent = builder.extent;
    policy = builder.text;
    prepared = new TextPreparer(policy);
    readable = new ReadableText.Factory(policy.maxBodyCharacters());
  }

  /**
   * Starts to build a retriever.
   *
   * @param searcher searches the messages
   * @param messages the store that the searcher searches
   */
  public static Builder builder(Searcher searcher, MessageStore messages) {
    return new Builder(searcher, messages);
  }

  /**
   * Returns the request for a question, with the settings of this retriever.
   *
   * @param question the question, not blank
   */
  public SearchRequest request(String question) {
    return request.apply(SearchRequest.of(question));
  }

  /** Retrieves the texts for a question, as {@link #retrieve(SearchRequest)} does. */
  public List<RetrievedText> retrieve(String question) {
    return retrieve(request(question));
  }

  /**
   * Retrieves the texts of the hits of a search. Throws what {@link Searcher#search} throws.
   *
   * @param request the search; how many passages it asks for does not matter
   * @return the texts, best first
   */
  public List<RetrievedText> retrieve(SearchRequest request) {
    int passages = extent instanceof TextExtent.Passage ? 1 : 0;
    List<SearchHit> hits = searcher.search(request.withPassages(passages)).hits();
    List<RetrievedText> found = new ArrayList<>();
    for (int from = 0; from < hits.size(); from += PAGE) {
      found.addAll(read(hits.subList(from, Math.min(hits.size(), from + PAGE))));
    }
    return found;
  }

  private List<RetrievedText> read(List<SearchHit> hits) {
    List<Long> ids = hits.stream().map(SearchHit::messageId).toList();
    Map<Long, Message> texts = byId(messages.find(ids, policy.maxBodyCharacters()), Message::id);
    Map<Long, MessageDetails> details = byId(messages.details(ids), MessageDetails::messageId);
    List<RetrievedText> found = new ArrayList<>();
    for (SearchHit hit : hits) {
      Message message = texts.get(hit.messageId());
      MessageDetails known = details.get(hit.messageId());
      if (message != null && known != null) {
        String text = text(hit, message);
        if (!text.isBlank()) {
          found.add(new RetrievedText(hit, text, metadata(message, known)));
        }
      }
    }
    return found;
  }

  private static <T> Map<Long, T> byId(List<T> values, Function<T, Long> id) {
    return values.stream().collect(Collectors.toMap(id, Function.identity()));
  }

  private String text(SearchHit hit, Message message) {
    if (extent instanceof TextExtent.Whole whole) {
      return beginning(readable(message), whole.characters());
    }
    int around = ((TextExtent.Passage) extent).around();
    return hit.passage()
        .map(passage -> around == 0 ? passage.text() : widened(passage, message, around))
        .orElseGet(() -> beginning(readable(message), BEGINNING + around));
  }

  private String readable(Message message) {
    return readable.of(message.subject(), message.text(), message.html()).text();
  }

  private String widened(Passage passage, Message message, int around) {
    String text =
        passage.form() == TextForm.READABLE
            ? readable(message)
            : prepared.prepare(message.subject(), message.text(), message.html());
    boolean unchanged = text.startsWith(passage.text(), passage.start());
    return unchanged ? widened(text, passage.start(), passage.end(), around) : passage.text();
  }

  private static String widened(String text, int start, int end, int around) {
    int from = Math.max(0, start - around);
    while (from > 0 && from < start && !Character.isWhitespace(text.charAt(from - 1))) {
      from++;
    }
    int to = (int) Math.min(text.length(), (long) end + around);
    while (to < text.length() && to > end && !Character.isWhitespace(text.charAt(to))) {
      to--;
    }
    return text.substring(from, to).strip();
  }

  /** Returns the beginning of a text, up to the last white space within the length if any. */
  private static String beginning(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int to = length;
    while (to > 0 && !Character.isWhitespace(text.charAt(to))) {
      to--;
    }
    if (to == 0) {
      to = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    }
    return text.substring(0, to).strip();
  }

  private static Map<String, Object> metadata(Message message, MessageDetails known) {
    Map<String, Object> metadata = new HashMap<>();
    metadata.put(MetadataKeys.MESSAGE_ID, message.id());
    metadata.put(MetadataKeys.SUBJECT, message.subject());
    metadata.put(MetadataKeys.PEOPLE, String.join("; ", known.people()));
    metadata.put(MetadataKeys.ATTACHMENTS, String.join("; ", known.attachments()));
    known.sentAt().ifPresent(time -> metadata.put(MetadataKeys.SENT_AT, time.toString()));
    known.conversation().ifPresent(id -> metadata.put(MetadataKeys.CONVERSATION, id));
    metadata.values().removeIf(value -> value.equals(""));
    return metadata;
  }

  /** Builds a retriever. Not safe for use by many threads. */
  public static final class Builder {
    private final Searcher searcher;
    private final MessageStore messages;
    private UnaryOperator<SearchRequest> request = UnaryOperator.identity();
    private TextExtent extent = TextExtent.passage();
    private TextPolicy text = TextPolicy.standard();

    private Builder(Searcher searcher, MessageStore messages) {
      this.searcher = searcher;
      this.messages = messages;
    }

    /**
     * Sets what each search asks for: its limit, mode, filter and so on. Default: the ten best of
     * all messages, by both signals.
     *
     * @param request changes a request that has the question and the defaults
     */
    public Builder request(UnaryOperator<SearchRequest> request) {
      this.request = request;
      return this;
    }

    /** Sets how much of each message is read. Default: {@link TextExtent#passage}. */
    public Builder extent(TextExtent extent) {
      this.extent = extent;
      return this;
    }

    /**
     * Sets the text policy of the job and the searcher, to find the surroundings of a passage.
     * Default: {@link TextPolicy#standard}.
     */
    public Builder text(TextPolicy text) {
      this.text = text;
      return this;
    }

    /** Builds the retriever. */
    public MessageRetriever build() {
      return new MessageRetriever(this);
    }
  }
}
