using System.CommandLine;
using AmViz.TextureNet.Evaluating;
using AmViz.TextureNet.Publishing;
using TorchSharp;

namespace AmViz.TextureNet.Commands;

/// <summary><c>evaluate --weights DIR</c>: accuracy by class, worst confusions and dead channels on fresh draws.</summary>
internal static class EvaluateCommand
{
    private const int DeadChannelDraws = 1000;

    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--weights") { Description = "Folder of the weights.", Required = true };
        var draws = new Option<int>("--draws") { Description = "Pictures to draw.", DefaultValueFactory = _ => 2000 };
        var seed = new Option<int>("--seed") { Description = "Seed of the pictures.", DefaultValueFactory = _ => 7 };
        var size = new Option<int?>("--size") { Description = "Side of the pictures in pixels; that of the training unless told." };
        var command = new Command("evaluate", "Measure trained weights on fresh textures.") { folder, draws, seed, size };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folder).FullName, parsed.GetValue(draws), parsed.GetValue(seed), parsed.GetValue(size)));
        return command;
    }

    private static void Run(string path, int draws, int seed, int? size)
    {
        torch.set_num_threads(1);
        var (network, configuration) = new WeightsFolder(path).Load();
        int side = size ?? configuration.InputSize;
        EvaluationReport.Write(
            Console.Out, Evaluation.Run(network, side, draws, seed), DeadChannels.Count(network, side, DeadChannelDraws, seed));
        Console.WriteLine($"logits of AmViz.Models differ by {Agreement.LargestDifference(network, path, side, seed):G2} at most");
    }
}
