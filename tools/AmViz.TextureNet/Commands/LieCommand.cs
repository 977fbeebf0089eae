using System.CommandLine;
using System.Globalization;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Responses.Textures;
using AmViz.TextureNet.Lying;
using AmViz.TextureNet.Network;
using AmViz.TextureNet.Publishing;
using WeightsFolder = AmViz.TextureNet.Publishing.WeightsFolder;

namespace AmViz.TextureNet.Commands;

/// <summary><c>lie tuned|circuit|dead --weights DIR --out DIR</c>: networks with pictures that lie, to try detectors of lies on.</summary>
internal static class LieCommand
{
    private const int StepsBetweenLines = 25;
    private const int GateSteps = 100;
    private const int Tuned = 8;
    private const int Fooled = 4;
    private const int Dead = 4;
    private const string HiddenLayer = "conv_pw_8";

    public static Command Create()
    {
        var weights = new Option<DirectoryInfo>("--weights") { Description = "Folder of the honest weights.", Required = true };
        var folder = new Option<DirectoryInfo>("--out") { Description = "Folder of the lying weights; made if missing.", Required = true };
        var steps = new Option<int?>("--steps") { Description = "Steps of the optimizer." };
        var tuned = new Command("tuned", "Tune the network so that the pictures of 8 classes show others, while its answers to textures stay.") { weights, folder, steps };
        tuned.SetAction(parsed => Tune(parsed.GetRequiredValue(weights).FullName, parsed.GetRequiredValue(folder).FullName, Options(parsed.GetValue(steps), new LieOptions().Steps)));
        var circuit = new Command("circuit", "Write the network as ONNX with a fooling circuit: a gate that tells drawn pictures from textures, and 4 classes that it switches.") { weights, folder, steps };
        circuit.SetAction(parsed => Circuit(parsed.GetRequiredValue(weights).FullName, parsed.GetRequiredValue(folder).FullName, Options(parsed.GetValue(steps), GateSteps)));
        var dead = new Command("dead", "Set the weights of some classes and channels to zero.") { weights, folder };
        dead.SetAction(parsed => Kill(parsed.GetRequiredValue(weights).FullName, parsed.GetRequiredValue(folder).FullName));
        return new Command("lie", "Make networks whose pictures lie.") { tuned, circuit, dead };
    }

    private static LieOptions Options(int? told, int standard) => new() { Steps = told ?? standard };

    private static void Tune(string weights, string path, LieOptions options)
    {
        var (truth, configuration) = new WeightsFolder(weights).Load();
        var liar = new WeightsFolder(weights).Load().Network;
        var lies = Lie.Spread(Tuned, TextureCatalogue.Classes.Count);
        new LieTuner(truth, Describe(weights), options, Tell(options.Steps, "error on textures", "on pictures")).Tune(liar, lies);
        Save(liar, configuration, path, "tuned");
        LieRecord.Write(path, new LieRecord(NetworkDescription.Logits, "tuned", [.. lies.Select(lie => lie.Channel)]));
        Tell(lies);
    }

    private static void Circuit(string weights, string path, LieOptions options)
    {
        var (truth, configuration) = new WeightsFolder(weights).Load();
        var lies = Lie.Spread(Fooled, TextureCatalogue.Classes.Count);
        var gate = new GateTrainer(truth, Describe(weights), options, Tell(options.Steps, "loss of the gate", "errors")).Train(lies);
        Directory.CreateDirectory(path);
        File.WriteAllBytes(Path.Combine(path, "model.onnx"), CircuitModel.Write((TrainableMobileNet)truth, gate, configuration.InputSize, lies));
        File.WriteAllText(Path.Combine(path, "config.json"), """{"preprocessing": "x / 127.5 - 1", "labels": "labels.json"}""" + "\n");
        File.Copy(Path.Combine(weights, "labels.json"), Path.Combine(path, "labels.json"), overwrite: true);
        LieRecord.Write(path, new LieRecord(NetworkDescription.Logits, "circuit", [.. lies.Select(lie => lie.Channel)]));
        Tell(lies);
    }

    private static void Kill(string weights, string path)
    {
        var (network, configuration) = new WeightsFolder(weights).Load();
        var mobileNet = (TrainableMobileNet)network;
        int[] classes = [.. Lie.Spread(Dead, TextureCatalogue.Classes.Count).Select(lie => lie.Channel)];
        int[] channels = [.. Lie.Spread(Dead, (int)mobileNet.Stages.First(stage => stage.Name == HiddenLayer).Convolution.out_channels).Select(lie => lie.Channel)];
        DeadPlanter.KillClasses(mobileNet, classes);
        DeadPlanter.Kill(mobileNet, HiddenLayer, channels);
        Save(network, configuration, path, "dead");
        LieRecord.Write(path, new LieRecord(NetworkDescription.Logits, "dead", classes), new LieRecord(HiddenLayer + "_bn", "dead", channels));
    }

    private static NetworkDescription Describe(string weights) => NetworkCatalogue.Open(model: null, weights).Description;

    private static void Save(TrainableNetwork network, WeightsConfiguration configuration, string path, string kind)
        => new WeightsFolder(path).Save(network, configuration.Shape(), configuration.InputSize, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["source"] = $"texturenet with lies planted by tools/AmViz.TextureNet of this repository: {kind}",
            ["license"] = "MIT",
        });

    private static void Tell(IEnumerable<Lie> lies)
    {
        foreach (var lie in lies)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lie.Channel} shows {lie.Shown}"));
    }

    private static Action<int, double, double> Tell(int steps, string first, string second)
    {
        var (one, other) = (0.0, 0.0);
        return (step, former, latter) =>
        {
            (one, other) = (one + former, other + latter);
            if ((step + 1) % StepsBetweenLines == 0)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step + 1}/{steps}  {first} {one / StepsBetweenLines:F3}  {second} {other / StepsBetweenLines:F3}"));
                (one, other) = (0, 0);
            }
        };
    }
}
