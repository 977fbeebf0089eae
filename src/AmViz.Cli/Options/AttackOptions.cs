using System.Globalization;
using AmViz.Maximization;
using AmViz.Models;

namespace AmViz.Cli.Options;

/// <summary>The numbers of Table 2, each of which may be changed.</summary>
internal sealed class AttackOptions
{
    private readonly Option<double?> _epsilon = NumberOption.Real(
        "--epsilon", "0.01",
        $"Largest change of a value, on pixels in [0, 1]; 4/255 is a number too. Default: {Text(AttackSettings.ConvolutionalNetwork.Epsilon)}, of a Vision Transformer {Text(AttackSettings.Transformer.Epsilon)}.");

    private readonly Option<double?> _alpha = NumberOption.Real(
        "--alpha", "0.01", $"Size of a step along the gradient. Default: {Text(AttackSettings.ConvolutionalNetwork.Alpha)}.");

    private readonly Option<double?> _lambda = NumberOption.Real(
        "--lambda", "1e-4", $"Weight of the perturbation's total variation. Default: {Text(AttackSettings.ConvolutionalNetwork.Lambda)}.");

    private readonly Option<int?> _steps = NumberOption.Whole("--steps", "30", $"Steps that every picture takes. Default: {AttackSettings.ConvolutionalNetwork.Steps}.");

    private readonly Option<int?> _maxSteps = NumberOption.Whole(
        "--max-steps", "300", $"Steps at most for a picture that, once it has 8 bits, does not fool the network. Default: {AttackSettings.PatienceFactor} times --steps.");

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_epsilon, _alpha, _lambda, _steps, _maxSteps])
        {
            command.Add(option);
        }
    }

    /// <summary>Table 2 for the network, with what the command line changes; not checked yet.</summary>
    public AttackSettings Read(ParseResult result, NetworkDescription network)
    {
        var table = AttackSettings.For(network);
        var steps = result.GetValue(_steps) ?? table.Steps;
        return table with
        {
            Epsilon = result.GetValue(_epsilon) ?? table.Epsilon,
            Alpha = result.GetValue(_alpha) ?? table.Alpha,
            Lambda = result.GetValue(_lambda) ?? table.Lambda,
            Steps = steps,
            MaxSteps = result.GetValue(_maxSteps) ?? (int)Math.Min(AttackSettings.MostSteps, (long)steps * AttackSettings.PatienceFactor),
        };
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
