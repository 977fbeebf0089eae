using System.CommandLine;
using AmViz.TextureNet.Evaluating;
using AmViz.TextureNet.Network;
using AmViz.TextureNet.Publishing;
using AmViz.TextureNet.Training;

namespace AmViz.TextureNet.Commands;

/// <summary><c>train --out DIR</c>: trains, writes the weights folder, measures what was written, writes the model card.</summary>
internal static class TrainCommand
{
    private const int EvaluationDraws = 4000;
    private const int OtherSizeDraws = 1000;
    private const int DeadChannelDraws = 1000;

    private static readonly Dictionary<string, TrainingOptions> Networks =
        new[] { TrainingOptions.TextureNet, TrainingOptions.TextureVit }.ToDictionary(options => options.Network, StringComparer.Ordinal);

    public static Command Create()
    {
        var network = new Option<string>("--network") { Description = "Which network to train.", DefaultValueFactory = _ => TrainingOptions.TextureNet.Network };
        network.AcceptOnlyFromAmong([.. Networks.Keys]);
        var folder = new Option<DirectoryInfo>("--out") { Description = "Folder of the weights; made if missing.", Required = true };
        var seed = new Option<int>("--seed") { Description = "Seed of weights and textures.", DefaultValueFactory = _ => 1 };
        var steps = new Option<int?>("--steps") { Description = "Optimizer steps; those of the shipped weights unless told." };
        var command = new Command("train", "Train the network and write weights and model card.") { network, folder, seed, steps };
        command.SetAction(parsed =>
        {
            var options = Networks[parsed.GetRequiredValue(network)];
            return RunAsync(parsed.GetRequiredValue(folder).FullName, options with
            {
                Seed = parsed.GetValue(seed),
                Steps = parsed.GetValue(steps) ?? options.Steps,
            });
        });
        return command;
    }

    private static async Task RunAsync(string path, TrainingOptions options)
    {
        var progress = new TrainingProgress(Console.Out, options.Steps);
        var network = new Trainer(options, progress).Train();
        var (elapsed, processorTime) = (progress.Elapsed, progress.ProcessorTime);

        var folder = new WeightsFolder(path);
        folder.Save(network, options.Shape, options.Size, Provenance(options));
        var card = await MeasureAsync(folder, path, options) with { Elapsed = elapsed, ProcessorTime = processorTime };
        folder.WriteCard(card.Text());
        EvaluationReport.Write(Console.Out, card.BySize[options.Size], card.DeadChannels);
    }

    // On the weights as read back, so that the rounding to float16 counts.
    private static async Task<ModelCard> MeasureAsync(WeightsFolder folder, string path, TrainingOptions options)
    {
        var network = folder.Load().Network;
        var bySize = options.OtherSizes
            .ToDictionary(size => size, size => Evaluation.Run(network, size, OtherSizeDraws, options.Seed));
        bySize[options.Size] = Evaluation.Run(network, options.Size, EvaluationDraws, options.Seed);
        var deadChannels = DeadChannels.Count(network, options.Size, DeadChannelDraws, options.Seed);
        double difference = Agreement.LargestDifference(network, path, options.Size, options.Seed);
        var pictures = new List<LogitPicture>();
        await foreach (var picture in LogitPicture.DrawAllAsync(path, LogitPicture.Steps))
            pictures.Add(picture);
        return new ModelCard(options, folder.ModelBytes, bySize, deadChannels, DeadChannelDraws) { Pictures = pictures, LogitDifference = difference };
    }

    private static Dictionary<string, string> Provenance(TrainingOptions options) => new(StringComparer.Ordinal)
    {
        ["source"] = "trained by tools/AmViz.TextureNet of this repository on procedurally generated textures",
        ["license"] = "MIT",
        ["command"] = ModelCard.Command(options),
    };
}
