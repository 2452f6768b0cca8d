package corral.it;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives a test class its {@link Lab}, which JUnit closes after the last test: what is still running then is killed and
 * fails the class. Also decides about {@link CorralOnly} and {@link AsRoot}.
 */
public final class LabExtension implements ParameterResolver, ExecutionCondition {
    private static final Namespace NAMESPACE = Namespace.create(LabExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Lab.class || type == Transcripts.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.getParameter().getType() == Lab.class) {
            return lab(context);
        }
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Transcripts.class, key -> new Transcripts(), Transcripts.class);
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (Distribution.standIn()) {
            var ours = AnnotationSupport.findAnnotation(context.getElement(), CorralOnly.class);
            if (ours.isPresent()) {
                return ConditionEvaluationResult.disabled(ours.get().value());
            }
        }
        boolean asRoot = AnnotationSupport.isAnnotated(context.getElement(), AsRoot.class);
        return asRoot && !root()
                ? ConditionEvaluationResult.disabled("needs root")
                : ConditionEvaluationResult.enabled("");
    }

    private static boolean root() {
        return ProcFs.status(ProcessHandle.current().pid()).get("Uid").startsWith("0");
    }

    private static Lab lab(ExtensionContext context) {
        ExtensionContext top = context;
        while (top.getParent().isPresent() && top.getParent().get() != context.getRoot()) {
            top = top.getParent().get();
        }
        String name = top.getRequiredTestClass().getSimpleName();
        return top.getStore(NAMESPACE).computeIfAbsent(Lab.class, key -> new Lab(name), Lab.class);
    }
}
