package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TrackingParametersTest {
  @Test
  void removesOnlyTrackingParameters() {
    assertEquals(
        "https://shop.example/item?id=7&size=L#top",
        TrackingParameters.strip(
            "https://shop.example/item?utm_source=news&id=7&gclid=abc&size=L&utm_medium=mail#top"));
  }

  @Test
  void removesQueryOfTrackingParametersAlone() {
    assertEquals(
        "Read https://a.example/x, then <https://b.example/> (https://c.example#f).",
        TrackingParameters.strip(
            "Read https://a.example/x?utm_source=n&UTM_Medium=m, then <https://b.example/?fbclid=1>"
                + " (https://c.example?mc_eid=%5BUNIQID%5D#f)."));
  }

  @Test
  void readsEntitiesBetweenParameters() {
    assertEquals(
        "https://a.example/?x=1&amp;y=2",
        TrackingParameters.strip("https://a.example/?x=1&amp;utm_source=n&amp;y=2"));
    assertEquals(
        "https://a.example/?y=2",
        TrackingParameters.strip("https://a.example/?utm_source=n&amp;y=2"));
  }

  @Test
  void keepsOtherText() {
    for (String text :
        new String[] {
          "Why? utm_source=x is a parameter. Really?",
          "https://a.example/?q=utm_source&gclidx=1&x",
          "https://a.example/?&&a=1&",
          "?",
          "a?b?c&d?e"
        }) {
      assertEquals(text, TrackingParameters.strip(text));
    }
  }
}
