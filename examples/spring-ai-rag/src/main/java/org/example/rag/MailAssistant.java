package org.example.rag;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.retrieval.MessageRetriever;
import io.msgvault.embed.search.retrieval.TextExtent;
import io.msgvault.embed.springai.MessageDocumentRetriever;
import io.msgvault.embed.springai.SpringAiEmbedder;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.nio.file.Path;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.rag.advisor.RetrievalAugmentationAdvisor;

/** Answers questions from the mail in an archive. */
public final class MailAssistant implements AutoCloseable {
  private final SqliteMessageStore messages;
  private final SqliteVectorStore vectors;
  private final LuceneWordIndex words;
  private final EmbedJob job;
  private final ChatClient client;

  public MailAssistant(Path archive, EmbeddingModel embeddings, String name, ChatModel chat) {
    messages = SqliteMessageStore.open(archive);
    vectors = SqliteVectorStore.install(archive.resolveSibling("rag-vectors.db"));
    words = LuceneWordIndex.install(archive.resolveSibling("rag-words"));
    Embedder embedder = SpringAiEmbedder.builder(embeddings, name).build();
    job = EmbedJob.builder(messages, vectors, embedder).words(words).build();
    Searcher searcher = Searcher.builder(messages, vectors, embedder).words(words).build();
    MessageRetriever retriever =
        MessageRetriever.builder(searcher, messages).extent(TextExtent.around(500)).build();
    client =
        ChatClient.builder(chat)
            .defaultAdvisors(
                RetrievalAugmentationAdvisor.builder()
                    .documentRetriever(new MessageDocumentRetriever(retriever))
                    .build())
            .build();
  }

  /** Answers a question, also from new mail. */
  public String answer(String question) {
    job.runOnce(); // a real host does this every few seconds
    return client.prompt(question).call().content();
  }

  @Override
  public void close() {
    job.close();
    words.close();
    vectors.close();
    messages.close();
  }
}
