using System.CommandLine;
using AmViz.TextureNet.Evaluating;
using AmViz.TextureNet.Network;
using AmViz.TextureNet.Publishing;
using AmViz.TextureNet.Textures;
using AmViz.TextureNet.Training;

namespace AmViz.TextureNet.Commands;

/// <summary><c>train --out DIR</c>: trains, writes the weights folder, measures what was written, writes the model card.</summary>
internal static class TrainCommand
{
    private const int EvaluationDraws = 4000;
    private const int OtherSizeDraws = 1000;
    private const int DeadChannelDraws = 1000;
    private static readonly int[] OtherSizes = [64, 128, 224];

    public static Command Create()
    {
        var defaults = new TrainingOptions();
        var folder = new Option<DirectoryInfo>("--out") { Description = "Folder of the weights; made if missing.", Required = true };
        var seed = new Option<int>("--seed") { Description = "Seed of weights and textures.", DefaultValueFactory = _ => defaults.Seed };
        var steps = new Option<int>("--steps") { Description = "Optimizer steps.", DefaultValueFactory = _ => defaults.Steps };
        var width = new Option<double>("--width") { Description = "Width multiplier.", DefaultValueFactory = _ => defaults.Width };
        var size = new Option<int>("--size") { Description = "Side of the pictures in pixels.", DefaultValueFactory = _ => defaults.Size };
        var command = new Command("train", "Train the network and write weights and model card.") { folder, seed, steps, width, size };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder).FullName, new TrainingOptions
        {
            Seed = parsed.GetValue(seed),
            Steps = parsed.GetValue(steps),
            Width = parsed.GetValue(width),
            Size = parsed.GetValue(size),
        }));
        return command;
    }

    private static void Run(string path, TrainingOptions options)
    {
        var progress = new TrainingProgress(Console.Out, options.Steps);
        var network = new Trainer(options, progress).Train();
        var (elapsed, processorTime) = (progress.Elapsed, progress.ProcessorTime);

        var folder = new WeightsFolder(path);
        folder.Save(network, new MobileNetShape(options.Width, TextureCatalogue.Classes.Count), options.Size, Provenance(options));
        var card = Measure(folder, options) with { Elapsed = elapsed, ProcessorTime = processorTime };
        folder.WriteCard(card.Text());
        EvaluationReport.Write(Console.Out, card.BySize[options.Size], card.DeadChannels);
    }

    // On the weights as read back, so that the rounding to float16 counts.
    private static ModelCard Measure(WeightsFolder folder, TrainingOptions options)
    {
        var network = folder.Load().Network;
        var bySize = OtherSizes.Except([options.Size])
            .ToDictionary(size => size, size => Evaluation.Run(network, size, OtherSizeDraws, options.Seed));
        bySize[options.Size] = Evaluation.Run(network, options.Size, EvaluationDraws, options.Seed);
        var deadChannels = DeadChannels.Count(network, options.Size, DeadChannelDraws, options.Seed);
        return new ModelCard(options, folder.ModelBytes, bySize, deadChannels, DeadChannelDraws);
    }

    private static Dictionary<string, string> Provenance(TrainingOptions options) => new(StringComparer.Ordinal)
    {
        ["source"] = "trained by tests/AmViz.TextureNet of this repository on procedurally generated textures",
        ["license"] = "MIT",
        ["command"] = ModelCard.Command(options),
    };
}
