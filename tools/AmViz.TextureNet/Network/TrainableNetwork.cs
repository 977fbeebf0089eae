using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Network;

/// <summary>Parameters that are trained alike.</summary>
/// <param name="Parameters">Which.</param>
/// <param name="Decays">Whether they are drawn towards zero.</param>
internal sealed record ParameterGroup(IEnumerable<Parameter> Parameters, bool Decays);

/// <summary>A network in training: pictures <c>[N, 3, H, W]</c> in [0, 1] go in, logits <c>[N, classes]</c> come out.</summary>
/// <param name="name">Of the module, for messages.</param>
internal abstract class TrainableNetwork(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>Sees activations after rectifiers, <c>[N, C, h, w]</c>, by layer name; used to count dead channels.</summary>
    public Action<string, Tensor>? ActivationSeen { get; set; }

    /// <summary>What is trained; parameters that are not named stay as they were initialized.</summary>
    public abstract IReadOnlyList<ParameterGroup> Trained { get; }

    /// <summary>The bias of a classifier that is trained without one, <c>[classes]</c>; null: it is trained like all else.</summary>
    public virtual Parameter? ConstantBias => null;

    /// <summary>Whether the next backward pass computes gradients of the parameters, or of the pictures alone.</summary>
    public void SetTrainable(bool trainable)
    {
        foreach (var parameter in parameters())
            parameter.requires_grad_(trainable);
    }
}
