package io.msgvault.embed.embedder.support;

import io.msgvault.embed.embedder.support.EmbedderCheck.Example;
import java.util.List;

/**
 * Holds the English examples. The answers avoid the words of the questions; the others have them.
 */
final class CheckSentences {
  static final List<Example> ENGLISH =
      List.of(
          new Example(
              "When does the train to the coast leave?",
              "Departure for the seaside is at nine in the morning from platform four.",
              "The train of her wedding dress was four metres of lace."),
          new Example(
              "How do I get my money back?",
              "Refunds are paid to the card that you used within ten days.",
              "The bank lends money to people who keep bees."),
          new Example(
              "who repaired the broken window",
              "Marta put new glass into the frame on Tuesday.",
              "From the window you can see the whole harbour."),
          new Example(
              "Is the server room too hot?",
              "The machines in the basement reached forty degrees and shut themselves off.",
              "The hot chocolate is served in the tea room."),
          new Example(
              "my password does not work any more",
              "I cannot sign in since yesterday, please reset my login.",
              "The night watch asks every guest for the word of the day."),
          new Example(
              "What did the doctor say about the child?",
              "Our paediatrician thinks that Tom only has a cold and will be well by Friday.",
              "Doctor Who was on television every Saturday when I was a child."),
          new Example(
              "cheap flights to Italy in spring",
              "Low fares to Rome and Naples in April and May.",
              "In spring the birds begin their flight to the north."),
          new Example(
              "The meeting has been moved to Thursday.",
              "We now get together a day later than planned, not on Wednesday.",
              "Moving house is the most tiring thing that I did in my life."),
          new Example(
              "recipe for a soup without meat",
              "Cook lentils, carrots and onions in vegetable broth for half an hour.",
              "The butcher sells soup bones and minced meat."),
          new Example(
              "Why is my invoice so high?",
              "Your bill rose because heating cost more this winter.",
              "The invoice printer stands on the highest shelf."),
          new Example(
              "car insurance after an accident",
              "Report the crash to us and we pay for the damage to your vehicle.",
              "By accident I left the keys of the car at the bakery."),
          new Example(
              "learn to play the piano as an adult",
              "Keyboard lessons for grown-ups who are beginners start in autumn.",
              "The adult elephant likes to play in the water."),
          new Example(
              "Which medicine helps against a headache?",
              "Take two tablets of aspirin with water when your temples hurt.",
              "The head of the medical school opened the new building."),
          new Example(
              "The dog next door barks all night.",
              "I cannot sleep because of the neighbour's hound.",
              "All doors of the hotel are closed at night."),
          new Example(
              "looking for a flat with a garden",
              "Apartment to rent: two rooms on the ground floor, with a lawn and an apple tree.",
              "The garden tools lie flat on the floor of the shed."),
          new Example(
              "How many people came to the concert?",
              "The choir sang before an audience of three hundred.",
              "People who work at the concert hall get free coffee."));

  private CheckSentences() {}
}
