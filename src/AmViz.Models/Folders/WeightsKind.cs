using AmViz.Weights;

namespace AmViz.Models;

/// <summary>Whether a weights file is of the kind that its configuration describes.</summary>
internal static class WeightsKind
{
    /// <summary>Refuses a program where tensors are expected, and the other way round.</summary>
    /// <exception cref="WeightsFormatException">The file is not of the kind that the configuration describes.</exception>
    public static ITensorFile Require(ITensorFile file, IArchitecture architecture, string path)
    {
        var problem = (file, architecture) switch
        {
            (TorchScriptFile, not TorchScript) => $"is a TorchScript program, but {WeightsFolder.ConfigFileName} describes a {architecture.Name}. "
                + $"Expected \"architecture\": \"torchscript\" ('amviz models probe FILE' proposes the rest), or the tensors alone: save net.state_dict().",
            (not TorchScriptFile, TorchScript) => $"is no TorchScript program, but {WeightsFolder.ConfigFileName} says so. Expected what torch.jit.save writes, or the name of the architecture.",
            (not OnnxTensors, OnnxModelArchitecture) => $"is no ONNX model, but {WeightsFolder.ConfigFileName} says so. Expected a file that ends in {OnnxTensors.Extension}, or the name of the architecture.",
            _ => null,
        };
        if (problem is null)
        {
            return file;
        }

        file.Dispose();
        throw new WeightsFormatException($"{path}: {problem}");
    }
}
