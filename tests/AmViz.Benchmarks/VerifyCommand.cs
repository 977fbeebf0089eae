using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AmViz.Imaging;
using AmViz.Models;
using AmViz.Onnx.Tests.Verification;
using AmViz.Weights;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Benchmarks;

/// <summary><c>AmViz.Benchmarks verify</c>: is not part of the product, which does without ONNX Runtime.</summary>
internal sealed class VerifyCommand : Command
{
    private const int Differs = 1;
    private const int CannotBeCompared = 2;
    private const int Axes = 4;
    private const int MostChannels = 4;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly Option<string> _model = new("--against-onnxruntime") { Description = "The model, with its tensors in it.", HelpName = "MODEL.onnx", Required = true };
    private readonly Option<string> _picture = new("--picture") { Description = "A picture to give both, as x / 127.5 - 1. Default: noise from -1 to 1." };
    private readonly Option<int> _size = new("--size") { Description = "Side of the picture where the model takes any.", DefaultValueFactory = _ => 224 };
    private readonly Option<bool> _json = new("--json") { Description = "Print the report as JSON." };

    public VerifyCommand()
        : base("verify", $"Every value of an ONNX graph, its layers and logits among them, beside what ONNX Runtime makes of the same picture. The exit code is 1 if one is off by more than {RuntimeComparison.Allowed.ToString(CultureInfo.InvariantCulture)} of its largest number.")
    {
        Add(_model);
        Add(_picture);
        Add(_size);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        TorchRuntime.Initialize(threads: 1);
        try
        {
            var path = result.GetRequiredValue(_model);
            var values = RuntimeComparison.Compare(path, declared => PictureOf(declared, result.GetValue(_picture), result.GetValue(_size)));
            var isSame = values.All(value => value.Error <= RuntimeComparison.Allowed);
            Console.WriteLine(result.GetValue(_json) ? JsonSerializer.Serialize(new { Model = path, RuntimeComparison.Allowed, IsSame = isSame, Values = values }, Indented) : Text(values, isSame));
            return isSame ? 0 : Differs;
        }
        catch (Exception e) when (e is WeightsFormatException or ImagingException or OnnxRuntimeException or IOException)
        {
            Console.Error.WriteLine(e.Message);
            return CannotBeCompared;
        }
    }

    private static string Text(IReadOnlyList<ComparedValue> values, bool isSame)
        => string.Join('\n', values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Error,8:0.0e-00}  {value.Node}  {value.Operator} [{string.Join(", ", value.Shape)}]{(value.IsOutput ? "  output, by itself" : string.Empty)}"))
            .Append(string.Create(CultureInfo.InvariantCulture, $"{(isSame ? "same" : "differs"),8}  {values.Count} values, the worst off by {values[0].Error:0.0e-00} of its largest number; allowed is {RuntimeComparison.Allowed:0e-00}")));

    private static Tensor PictureOf(IReadOnlyList<long?> declared, string? file, int size)
    {
        if (declared.Count != Axes)
        {
            throw new WeightsFormatException($"The model takes [{string.Join(", ", declared.Select(axis => axis?.ToString(CultureInfo.InvariantCulture) ?? "?"))}]; expected pictures, [N, C, H, W] or [N, H, W, C].");
        }

        long[] shape = [1, .. declared.Skip(1).Select(axis => axis ?? size)];
        var isLast = shape[1] > MostChannels;
        if (file is null)
        {
            return rand(shape, generator: new Generator(1)) * 2 - 1;
        }

        var side = (int)shape[2];
        var planes = tensor(PictureLoader.Load(file).Resize(side, ResizeMode.CropCenter).ToPlanes()).view(1, 3, side, side) * 2 - 1;
        return isLast ? planes.permute(0, 2, 3, 1).contiguous() : planes;
    }
}
