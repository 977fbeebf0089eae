using AmViz.Drawing;
using AmViz.Networks;
using AmViz.Sweeps;

var network = NetworkCatalogue.Open("texturenet");   // or weights of your own: NetworkCatalogue.Open(model: null, "path/to/weights")
using var painter = new ChannelPainter();
var drawn = await painter.DrawAsync(network, "logits", channel: 2, Recipes.Paper with { Steps = 128 });
await File.WriteAllBytesAsync("channel.png", drawn.Picture);
Console.WriteLine($"{drawn.Record.Label}: objective {drawn.Record.Objective.Initial:0.0} -> {drawn.Record.Objective.Final:0.0}");
