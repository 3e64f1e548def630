package lifecycle;

import software.amazon.awscdk.App;

public final class LifecycleApp {
  public static void main(final String[] args) {
    App app = new App();
    new LifecycleStack(app, "Lifecycle", context(app, "instance", "web-1"), context(app, "revision", "1"));
    app.synth();
  }

  private static String context(final App app, final String key, final String otherwise) {
    Object value = app.getNode().tryGetContext(key);
    return value == null ? otherwise : value.toString();
  }

  private LifecycleApp() {
  }
}
