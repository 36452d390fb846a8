package org.example.rag;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.rag.AugmentationRequest;
import dev.langchain4j.rag.DefaultRetrievalAugmentor;
import dev.langchain4j.rag.query.Metadata;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.langchain4j.LangChain4jEmbedder;
import io.msgvault.embed.langchain4j.MessageContentRetriever;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.retrieval.MessageRetriever;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.nio.file.Path;
import java.util.List;

/** Answers questions from the mail in an archive. */
public final class MailAssistant implements AutoCloseable {
  private final SqliteMessageStore messages;
  private final SqliteVectorStore vectors;
  private final LuceneWordIndex words;
  private final EmbedJob job;
  private final DefaultRetrievalAugmentor augmentor;
  private final ChatModel chat;

  public MailAssistant(Path archive, EmbeddingModel embeddings, String name, ChatModel chat) {
    messages = SqliteMessageStore.open(archive);
    vectors = SqliteVectorStore.install(archive.resolveSibling("rag-vectors.db"));
    words = LuceneWordIndex.install(archive.resolveSibling("rag-words"));
    Embedder embedder = LangChain4jEmbedder.builder(embeddings, name).build();
    job = EmbedJob.builder(messages, vectors, embedder).words(words).build();
    Searcher searcher = Searcher.builder(messages, vectors, embedder).words(words).build();
    MessageRetriever retriever = MessageRetriever.builder(searcher, messages).build();
    MessageContentRetriever contents = new MessageContentRetriever(retriever);
    augmentor = DefaultRetrievalAugmentor.builder().contentRetriever(contents).build();
    this.chat = chat;
  }

  public String answer(String question) {
    job.runOnce(); // a real host does this every few seconds
    UserMessage asked = UserMessage.from(question);
    Metadata metadata = Metadata.from(asked, "mail", List.of());
    ChatMessage prompt = augmentor.augment(new AugmentationRequest(asked, metadata)).chatMessage();
    return chat.chat(prompt).aiMessage().text();
  }

  @Override
  public void close() {
    job.close();
    words.close();
    vectors.close();
    messages.close();
  }
}
